// Runs before main.ts: the Moddable SDK does that with every module named "setup/…".
import Timer from "timer";
import { poll, start } from "hosts/rp2/moddable/board";

export default function (done) {
  start();
  Timer.repeat(() => poll(), 1); // a native function is no object there, and cannot be remembered
  done();
}
