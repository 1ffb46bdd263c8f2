/** One file for all, and so one after the other: they build the same firmware. */
import "./images";
import "./budget";
import "./emulated";
import "./streaming";
import "./blocks";
import "./glides";
import "./slots";
import "./pdm";
import "./qemu";
import "./application";
import "./memory";
import "./traps";
import "./clocks";
import "./faults";
import "./host-controls";
import "./board";
import "./statistics";
