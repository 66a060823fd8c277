/* A serial port, opened raw and non-blocking. */
#ifndef LOMSONG_SERIAL_H
#define LOMSONG_SERIAL_H

/* The descriptor, or -1 with errno set. A tty is set to raw 115200 8N1 (USB modems ignore
 * the speed); other character devices and ptys are taken as they are. */
int serial_open(const char *path);

/* The USB path of a tty ("1-1.4"), which stays the same when names are dealt out anew; ""
 * where there is none. */
void serial_usb_path(const char *path, char *usb_path, int size);

#endif
