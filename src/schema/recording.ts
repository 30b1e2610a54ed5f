/** The comment line above the screen that a rotated part begins with: who joins the parts leaves that event out. */
export const PART_BEGINS = 'the screen as it was when this part began';
