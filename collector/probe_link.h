/* The network interface that active tests are bound to. */
#ifndef LOMSONG_PROBE_LINK_H
#define LOMSONG_PROBE_LINK_H

/* Why no test can be bound to the interface now: "no_interface", "no_address",
 * "not_permitted"; NULL where one can. */
const char *probe_link_trouble(const char *interface);

/* Binds a socket: what it sends leaves by this interface or not at all. 0, or errno. */
int probe_link_bind(int fd, const char *interface);

#endif
