/* The network interface that active tests are bound to. */
#include "probe_link.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int probe_link_bind(int fd, const char *interface)
{
    /* free for everyone since Linux 5.7; before that it takes CAP_NET_RAW */
    const socklen_t size = (socklen_t)strlen(interface) + 1;
    return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, size) == 0 ? 0 : errno;
}

/* An address that reaches beyond the cable. */
static bool is_global(const struct sockaddr *address)
{
    struct sockaddr_in6 v6;
    if (!address)
        return false;
    if (address->sa_family != AF_INET6)
        return address->sa_family == AF_INET;
    memcpy(&v6, address, sizeof v6);
    return !IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr);
}

static bool has_address(const char *interface)
{
    struct ifaddrs *all = NULL;
    bool found = false;
    if (getifaddrs(&all) != 0)
        return true; /* cannot be known: the test itself will tell */
    for (const struct ifaddrs *a = all; a && !found; a = a->ifa_next)
        found = strcmp(a->ifa_name, interface) == 0 && (a->ifa_flags & IFF_UP) &&
                is_global(a->ifa_addr);
    freeifaddrs(all);
    return found;
}

const char *probe_link_trouble(const char *interface)
{
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const int code = fd < 0 ? errno : probe_link_bind(fd, interface);
    if (fd >= 0)
        close(fd);
    if (code == ENODEV)
        return "no_interface";
    if (code != 0)
        return "not_permitted";
    return has_address(interface) ? NULL : "no_address";
}
