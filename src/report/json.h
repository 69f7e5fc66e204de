/* SPDX-License-Identifier: ISC */
/* The parts of the JSON documents, one function for each; private to report/. Each is written where J stands: rows into an array,
 * keys into an object, both begun by the caller; all follow the sticky writer of json_writer.h. */
#ifndef MCD_REPORT_JSON_H
#define MCD_REPORT_JSON_H

#include "report/report.h"
#include "report/rows.h"
#include "report/value.h"

/* One row of `interfaces`. */
void mcd_json_nic(struct mcd_json *j, const struct mcd_report_input *in, size_t nic);

/* Its keys `reports`, `queriers`, `members`, `streams`, and the counts of what was left out. */
void mcd_json_wire(struct mcd_json *j, const struct mcd_report_input *in, size_t nic);

/* Its key `probes`: ours, sent by this NIC. */
void mcd_json_probes(struct mcd_json *j, const struct mcd_report_input *in, size_t nic);

/* Its key `control`: what PEER, a host that was named, answered by unicast; null where it was not to be asked. */
void mcd_json_control(struct mcd_json *j, const struct mcd_control *control, const char *peer);

/* The same as host.json keeps it. */
void mcd_json_control_facts(struct mcd_json *j, const struct mcd_control *control);

/* `peers`: probes of other runs, by host, session, interface, sending interface. */
void mcd_json_peers(struct mcd_json *j, const struct mcd_evidence *evidence);

/* The keys of a request. */
void mcd_json_request(struct mcd_json *j, const struct mcd_request *request);

/* `name`, `index`, `mac`, `mtu`, `flags`, `addresses` of an interface. */
void mcd_json_iface(struct mcd_json *j, const struct mcd_iface *iface);

/* The key `interface`: the name of that of IFINDEX among NAMES, null where it is not there; or the key `index`, where NAMES is NULL. */
void mcd_json_interface(struct mcd_json *j, const struct mcd_iface_list *names, unsigned ifindex);

/* The key `counters`: those of HOST by name, less those of BEFORE unless that is NULL; null where one of them is not known. */
void mcd_json_counters(struct mcd_json *j, const struct mcd_host_counters *host, const struct mcd_host_counters *before);

/* The key `sockets` of the report's host: sockets of other programs. */
void mcd_json_sockets(struct mcd_json *j, const struct mcd_evidence *evidence);

/* The same of one look at the host, as host.json keeps it: `sockets_known`, `sockets`, `socket_memberships`. */
void mcd_json_apps(struct mcd_json *j, const struct mcd_apps *apps);

/* A filter as the object KEY; null where it is not known. */
void mcd_json_filter(struct mcd_json *j, const char *key, const struct mcd_filter *filter);

/* The key `filter` of NIC and GROUP (indexes): requested, in the socket, in the kernel, on the wire; null where nothing was joined by us. */
void mcd_json_columns(struct mcd_json *j, const struct mcd_evidence *evidence, size_t nic, size_t group);

/* The key `bridges`, with the names of the interfaces in NAMES, or with their indexes where that is NULL. */
void mcd_json_bridges(struct mcd_json *j, const struct mcd_host *host, const struct mcd_iface_list *names);

/* The key `traffic`: the counters of an interface, less those of BEFORE unless that is NULL; null where one of them is not known. */
void mcd_json_traffic(struct mcd_json *j, const struct mcd_host_traffic *traffic, const struct mcd_host_traffic *before);

/* A yes or no as KEY; null where it is not known (negative). */
void mcd_json_answer(struct mcd_json *j, const char *key, int value);

/* A counter as KEY; null where it is not known (UINT64_MAX). */
void mcd_json_count(struct mcd_json *j, const char *key, uint64_t value);

/* The keys `rate_pps` and `rate_bps`: packets a second, and bits; null where they are not KNOWN. */
void mcd_json_rates(struct mcd_json *j, bool known, double pps, double bps);

/* The key `jitter_ms`; null where it is not known (negative). */
void mcd_json_jitter(struct mcd_json *j, int64_t jitter_ns);

/* What a counter grew by from THEN to NOW, as KEY; null where one of them is not known (UINT64_MAX), or it went back. */
void mcd_json_grown(struct mcd_json *j, const char *key, uint64_t now, uint64_t then);

/* A setting as the number KEY; null where it is not known (negative). */
void mcd_json_setting(struct mcd_json *j, const char *key, int value);

/* The keys `name_lookup` and `name_addresses`: what the host name resolves to. */
void mcd_json_name(struct mcd_json *j, const struct mcd_host *host);

/* The keys `routes`: those to the groups, and `reverse_paths`: those back to the sources; with the names of the interfaces in NAMES, or with
 * their indexes where that is NULL. */
void mcd_json_routes(struct mcd_json *j, const struct mcd_vec *routes, const struct mcd_iface_list *names);
void mcd_json_paths(struct mcd_json *j, const struct mcd_vec *paths, const struct mcd_iface_list *names);

/* The key `drop_reasons`: what the kernel dropped, and why; interfaces by their names, or by their indexes. */
void mcd_json_drops(struct mcd_json *j, const struct mcd_evidence *evidence, bool by_name);

/* The key `firewall`: in the report, where rules are; in host.json, all of them. */
void mcd_json_firewall(struct mcd_json *j, const struct mcd_firewall *firewall);
void mcd_json_rules(struct mcd_json *j, const struct mcd_firewall *firewall);

/* "settled", "duration", ...; NULL while the run goes on. */
const char *mcd_ended_name(enum mcd_ended ended);

#endif
