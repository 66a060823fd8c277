/* A serial port. */
#include "serial.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

int serial_open(const char *path)
{
    const int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    struct termios tio;
    if (fd < 0)
        return -1;
    if (tcgetattr(fd, &tio) == 0) {
        cfmakeraw(&tio);
        tio.c_cflag |= CLOCAL | CREAD;
        cfsetispeed(&tio, B115200);
        cfsetospeed(&tio, B115200);
        if (tcsetattr(fd, TCSANOW, &tio) != 0) {
            const int cause = errno;
            close(fd);
            errno = cause;
            return -1;
        }
        tcflush(fd, TCIOFLUSH);
    }
    return fd;
}

void serial_usb_path(const char *path, char *usb_path, int size)
{
    char real[PATH_MAX], link[PATH_MAX + 64], device[PATH_MAX];
    usb_path[0] = '\0';
    if (!realpath(path, real))
        return;
    const char *name = strrchr(real, '/');
    snprintf(link, sizeof link, "/sys/class/tty/%s/device", name ? name + 1 : real);
    /* …/usb1/1-1/1-1.4/1-1.4:1.2/ttyUSB2: what stands before the ':' is the device */
    if (!realpath(link, device))
        return;
    const char *colon = strrchr(device, ':');
    if (!colon)
        return;
    const char *start = colon;
    while (start > device && start[-1] != '/')
        start--;
    snprintf(usb_path, (size_t)size, "%.*s", (int)(colon - start), start);
}
