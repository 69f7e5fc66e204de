/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "command/commands.h"

#include "command/diagnose.h"
#include "command/interfaces.h"
#include "command/listen.h"
#include "command/replay.h"
#include "command/send.h"

#include <string.h>

const struct mcd_command mcd_commands[MCD_COMMANDS] = {
	[MCD_DIAGNOSE] = {
		.name = "diagnose",
		.usage = "mcdiag [diagnose] [OPTION...]",
		.summary = "Tells why multicast does or does not arrive, per network interface, with proof from the wire.",
		.run = mcd_command_diagnose,
	},
	[MCD_REPLAY] = {
		.name = "replay",
		.usage = "mcdiag replay [OPTION...] [NAME=]FILE... | DIR",
		.summary = "Tells the same of saved captures, or of the folder that --save wrote.",
		.operands = "FILE",
		.run = mcd_command_replay,
	},
	[MCD_LISTEN] = {
		.name = "listen",
		.usage = "mcdiag listen [OPTION...]",
		.summary = "Joins on every interface, and tells who sends by which, with TTL, rate and loss.",
		.run = mcd_command_listen,
	},
	[MCD_SEND] = {
		.name = "send",
		.usage = "mcdiag send [OPTION...]",
		.summary = "Sends a message out of every interface, and tells what left which with which TTL.",
		.run = mcd_command_send,
	},
	[MCD_INTERFACES] = {
		.name = "interfaces",
		.usage = "mcdiag interfaces [OPTION...]",
		.summary = "Lists the interfaces, usable or why not, and which one programs get by default.",
		.run = mcd_command_interfaces,
	},
};

enum mcd_command_id mcd_command_find(const char *name)
{
	int id = 0;

	while (id < MCD_COMMANDS && strcmp(mcd_commands[id].name, name) != 0)
		id++;
	return (enum mcd_command_id)id;
}
