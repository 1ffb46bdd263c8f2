// The board under the Moddable SDK's own machine (board.c): what hosts/rp2/main.c does in our own firmware.
export function start() @ "xs_board_start";
export function poll() @ "xs_board_poll";
