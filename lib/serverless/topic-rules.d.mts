export function faultsOfTopics(routes: readonly { readonly topic: string }[], topics: unknown): string[];
