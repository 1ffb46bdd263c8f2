/** Who wants to hear of something. */
export class Listeners<T> {
  #all: ((event: T) => void)[] = [];

  get none(): boolean {
    return this.#all.length === 0;
  }

  add(listener: (event: T) => void): void {
    this.#all.push(listener);
  }

  tell(event: T): void {
    for (const listener of this.#all) listener(event);
  }
}
