export { nameBytes, nameText } from '../util/quoted.ts';
