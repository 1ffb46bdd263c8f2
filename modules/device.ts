import { engineRate, Staging } from "./dsp/staging";
import type { Engine, Host, Usb } from "./hardware";
import { platformOf } from "./parameters/platforms";
import { Store } from "./parameters/store";
import { OutputPins } from "./pins/output-pins";
import { dispatch } from "./protocol/dispatcher";
import type { Context } from "./protocol/feature";

/** The application: what the host asks for goes to the parameters, and from there to the engine and the pins. */
export class Device implements Context {
  readonly parameters: Store;
  readonly pins: OutputPins;
  readonly engine: Engine;
  readonly host: Host;
  readonly #usb: Usb;
  readonly #staging: Staging;
  /** By length. */
  readonly #answers: DataView[] = [];

  /** Takes the parameters of live memory when a machine before this one left them there, else factory defaults. */
  constructor(hardware: { engine: Engine; host: Host; usb: Usb }) {
    const { engine, host, usb } = hardware;
    const platform = platformOf(host.platform());
    this.parameters = new Store(platform, host.liveMemory(Store.bytes(platform)));
    this.pins = new OutputPins(this.parameters, host);
    this.engine = engine;
    this.host = host;
    this.#usb = usb;
    this.#staging = new Staging(this.parameters, engine);
  }

  /** Configures engine and hardware, then serves requests. */
  start(): void {
    this.parameters.onChange = (row, index) => this.#staging.mark(row, index);
    this.pins.configureAll();
    this.#changeRate();
    this.#usb.onRate(() => this.#changeRate());
    this.#usb.onControl((requestType, request, value, index, length, data) => {
      const answer = dispatch(this, requestType, request, value, index, length, data);
      this.#staging.commit(this.#usb.rate());
      return answer;
    });
  }

  rate(): number {
    return engineRate(this.#usb.rate());
  }

  answer(length: number): DataView {
    return (this.#answers[length] ??= new DataView(new ArrayBuffer(length)));
  }

  #changeRate(): void {
    this.pins.changeRate(this.rate());
    this.#staging.markAll();
    this.#staging.commit(this.#usb.rate());
  }
}
