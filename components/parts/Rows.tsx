import { Box, Text } from 'ink';
import { memo } from 'react';
import type { Rect } from '../../src/core/layout/rect.ts';

/** Painted rows at a place of the screen: one Text each, since Ink is slow at texts of many lines. */
export const Rows = memo(function Rows({ rect, rows }: { rect: Rect; rows: readonly string[] }) {
  return (
    <Box
      position="absolute"
      marginLeft={rect.x}
      marginTop={rect.y}
      width={rect.width}
      height={rect.height}
      flexDirection="column"
    >
      {rows.map((row, index) => (
        // A row is its place: there is no other identity.
        <Text key={index} wrap="truncate">
          {row}
        </Text>
      ))}
    </Box>
  );
});
