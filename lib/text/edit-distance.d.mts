/** How many characters have to be added, left out or changed to make one text the other. */
export function editDistance(from: string, to: string): number;
