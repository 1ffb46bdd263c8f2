import type { Engine } from "../../modules/hardware";

export const stageBand: Engine["stageBand"];
export const stageInputGain: Engine["stageInputGain"];
export const stageBypass: Engine["stageBypass"];
export const stageCrosspoint: Engine["stageCrosspoint"];
export const stageOutput: Engine["stageOutput"];
export const stageMasterGain: Engine["stageMasterGain"];
export const stageLeveller: Engine["stageLeveller"];
export const stageCrossfeed: Engine["stageCrossfeed"];
export const stageLoudness: Engine["stageLoudness"];
export const commit: Engine["commit"];
export const peak: Engine["peak"];
export const clips: Engine["clips"];
export const clearClips: Engine["clearClips"];
