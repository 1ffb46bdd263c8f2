import { engineRate, Staging } from "./dsp/staging";
import { presetArea } from "./flash-map";
import type { Engine, Flash, Host, Usb } from "./hardware";
import { platformOf } from "./parameters/platforms";
import { Store } from "./parameters/store";
import { OutputPins } from "./pins/output-pins";
import { Presets } from "./presets/presets";
import { settleConflict } from "./protocol/core1";
import { dispatch, onWire } from "./protocol/dispatcher";
import type { Context } from "./protocol/feature";

/** The application: what the host asks for goes to the parameters, and from there to the engine and the pins. */
export class Device implements Context {
  readonly parameters: Store;
  readonly pins: OutputPins;
  readonly presets: Presets;
  readonly engine: Engine;
  readonly host: Host;
  readonly usb: Usb;
  readonly #staging: Staging;
  /** By length. */
  readonly #answers: DataView[] = [];

  /** Takes the parameters of live memory when a machine before this one left them there, else starts as after power-on. */
  constructor(hardware: { engine: Engine; host: Host; usb: Usb; flash: Flash }) {
    const { engine, host, usb, flash } = hardware;
    const platform = platformOf(host.platform());
    const memory = host.liveMemory(Store.bytes + 1);
    this.parameters = new Store(platform, memory, (bytes, live, into) =>
      host.differences(bytes, live.byteOffset, into),
    );
    this.presets = new Presets(this.parameters, flash, presetArea(flash), new Uint8Array(memory, Store.bytes, 1));
    this.pins = new OutputPins(this.parameters, host);
    this.engine = engine;
    this.host = host;
    this.usb = usb;
    this.#staging = new Staging(this.parameters, engine);
    for (const line of this.presets.report()) host.log(line);
    if (!this.parameters.restored) this.presets.start();
  }

  /** Configures engine and hardware, then serves requests. */
  start(): void {
    this.parameters.onChange = (row, index) => this.#staging.mark(row, index);
    settleConflict(this.parameters);
    this.pins.configureAll();
    this.#changeRate();
    this.usb.onRate(() => this.#changeRate());
    this.usb.onVolume(() => {
      this.#staging.markVolume();
      this.#commit();
    });
    this.usb.onControl((requestType, request, value, index, length, data) => {
      const outcome = dispatch(this, requestType, request, value, index, length, data);
      this.#commit();
      return onWire(this, outcome, length);
    });
  }

  rate(): number {
    return engineRate(this.usb.rate());
  }

  settle(): void {
    settleConflict(this.parameters);
    this.pins.changeRate(this.rate());
    this.pins.configureAll();
    this.#staging.startAfresh();
  }

  answer(length: number): DataView {
    return (this.#answers[length] ??= new DataView(new ArrayBuffer(length)));
  }

  #changeRate(): void {
    this.pins.changeRate(this.rate());
    this.#staging.markAll();
    this.#commit();
  }

  #commit(): void {
    this.#staging.commit(this.usb.rate(), this.usb.volume());
  }
}
