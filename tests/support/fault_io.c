/* A disk that fails: preloaded into a program (LD_PRELOAD), makes system calls fail.
 *
 *     FAULT_IO_WHAT     a name of the table `faults` below; unset: "full"
 *     FAULT_IO_AT=N     the call of that kind that fails first, from 1; 0 or unset: none
 *     FAULT_IO_COUNT=F  how many there were is written to the file F at the end
 *
 * The C library's own calls cannot be interposed. So a seccomp filter turns the system
 * calls into SIGSYS, whose handler counts and then makes the call itself, from the one
 * address that the filter lets through. As on a real full disk, what overwrites bytes
 * that are there still succeeds: SQLite rolls back so. */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>

enum { ARGS = 5 };

struct registers {
    long arg[ARGS];
};

struct fault {
    const char *name;
    int error;
    bool once; /* later calls succeed */
    bool (*counts)(int number, const struct registers *r);
    int numbers[6]; /* of system calls, -1 behind the last */
};

static const struct fault *fault;
static atomic_long calls;
static long fail_at;

long fault_io_call(long number, long a, long b, long c, long d, long e);
extern const char fault_io_call_end[];

/* A system call whose return address the filter knows. */
#if defined __x86_64__
__asm__(".text\n.globl fault_io_call, fault_io_call_end\n"
        ".type fault_io_call, @function\n"
        "fault_io_call:\n mov %rdi, %rax\n mov %rsi, %rdi\n mov %rdx, %rsi\n"
        " mov %rcx, %rdx\n mov %r8, %r10\n mov %r9, %r8\n syscall\nfault_io_call_end:\n "
        "ret\n");
#elif defined __aarch64__
__asm__(
    ".text\n.globl fault_io_call, fault_io_call_end\n"
    ".type fault_io_call, @function\n"
    "fault_io_call:\n mov x8, x0\n mov x0, x1\n mov x1, x2\n mov x2, x3\n mov x3, x4\n"
    " mov x4, x5\n svc #0\nfault_io_call_end:\n ret\n");
#elif !defined __CPPCHECK__
#error "fault_io knows the system calls of x86-64 and AArch64 only"
#endif

static struct registers get_registers(const ucontext_t *u)
{
#if defined __x86_64__
    const greg_t *g = u->uc_mcontext.gregs;
    return (struct registers){
        {g[REG_RDI], g[REG_RSI], g[REG_RDX], g[REG_R10], g[REG_R8]}};
#else
    const unsigned long long *r = u->uc_mcontext.regs;
    return (struct registers){
        {(long)r[0], (long)r[1], (long)r[2], (long)r[3], (long)r[4]}};
#endif
}

static void set_result(ucontext_t *u, long result)
{
#if defined __x86_64__
    u->uc_mcontext.gregs[REG_RAX] = result;
#else
    u->uc_mcontext.regs[0] = (unsigned long long)result;
#endif
}

static long bytes_of(int number, const struct registers *r)
{
    if (number != SYS_writev)
        return r->arg[2];
    long sum = 0;
    const struct iovec *parts = (const struct iovec *)(uintptr_t)r->arg[1];
    for (long i = 0; i < r->arg[2]; i++)
        sum += (long)parts[i].iov_len;
    return sum;
}

/* True where the call makes a regular file longer. */
static bool grows(int number, const struct registers *r)
{
    struct stat st;
    const int fd = (int)r->arg[0];
    if (fd <= STDERR_FILENO) /* what a program says may go to a file of the test's */
        return false;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return false;
    const off_t at = number == SYS_pwrite64            ? r->arg[3]
                     : (fcntl(fd, F_GETFL) & O_APPEND) ? st.st_size
                                                       : lseek(fd, 0, SEEK_CUR);
    return at + bytes_of(number, r) > st.st_size;
}

static bool is_file(int number, const struct registers *r)
{
    struct stat st;
    (void)number;
    return fstat((int)r->arg[0], &st) == 0 && S_ISREG(st.st_mode);
}

static bool any(int number, const struct registers *r)
{
    (void)number;
    (void)r;
    return true;
}

/* True where a file is opened to be written, or made. */
static bool opens(int number, const struct registers *r)
{
    const bool at = number == SYS_openat;
    const char *path = (const char *)(uintptr_t)r->arg[at ? 1 : 0];
    const long flags = r->arg[at ? 2 : 1];
    return (flags & (O_WRONLY | O_RDWR | O_CREAT)) != 0 && strncmp(path, "/dev/", 5) != 0;
}

#if defined __x86_64__
#define OLD_CALLS(...) __VA_ARGS__
#else /* has only the calls that name a directory */
#define OLD_CALLS(...)
#endif
static const struct fault faults[] = {
    {"full", ENOSPC, false, grows, {SYS_write, SYS_pwrite64, SYS_writev, -1}},
    {"write", EIO, true, grows, {SYS_write, SYS_pwrite64, SYS_writev, -1}},
    {"sync", EIO, true, is_file, {SYS_fsync, SYS_fdatasync, -1}},
    {"open", EIO, true, opens, {OLD_CALLS(SYS_open, ) SYS_openat, -1}},
    {"rename", EIO, true, any, {OLD_CALLS(SYS_rename, ) SYS_renameat, SYS_renameat2, -1}},
    {"exchange", EINVAL, false, any, {SYS_renameat2, -1}}, /* as NFS */
    {"unlink", EIO, true, any, {OLD_CALLS(SYS_unlink, ) SYS_unlinkat, -1}},
};

static void on_call(int sig, siginfo_t *info, void *context)
{
    const int keep = errno;
    ucontext_t *u = context;
    const struct registers r = get_registers(u);
    (void)sig;
    const bool counted = fault->counts(info->si_syscall, &r);
    const long n = counted ? ++calls : 0;
    if (counted && fail_at > 0 && (fault->once ? n == fail_at : n >= fail_at))
        set_result(u, -fault->error);
    else
        set_result(u, fault_io_call(info->si_syscall, r.arg[0], r.arg[1], r.arg[2],
                                    r.arg[3], r.arg[4]));
    errno = keep;
}

static void filter_calls(void)
{
    const uint64_t own = (uint64_t)(uintptr_t)fault_io_call_end;
    struct sock_filter rules[16] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))};
    unsigned short count = 1, numbers = 0;
    while (fault->numbers[numbers] >= 0)
        numbers++;
    for (unsigned short i = 0; i < numbers; i++) {
        const uint32_t number = (uint32_t)fault->numbers[i];
        const uint8_t skip = (uint8_t)(numbers - i); /* the others, and "allow" */
        rules[count++] =
            (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, skip, 0);
    }
    const struct sock_filter from_elsewhere[] = {
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                 offsetof(struct seccomp_data, instruction_pointer)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)own, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                 offsetof(struct seccomp_data, instruction_pointer) + 4),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(own >> 32), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
    };
    memcpy(rules + count, from_elsewhere, sizeof from_elsewhere);
    count += sizeof from_elsewhere / sizeof *from_elsewhere;
    const struct sock_fprog program = {count, rules};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        static const char text[] = "fault_io: no seccomp here\n";
        (void)!write(STDERR_FILENO, text, sizeof text - 1);
        _exit(77);
    }
}

__attribute__((constructor)) static void begin(void)
{
    const char *at = getenv("FAULT_IO_AT"), *what = getenv("FAULT_IO_WHAT");
    fail_at = at ? strtol(at, NULL, 10) : 0;
    fault = faults;
    for (size_t i = 0; what && i < sizeof faults / sizeof *faults; i++) {
        if (strcmp(faults[i].name, what) == 0)
            fault = &faults[i];
    }
    struct sigaction action = {.sa_sigaction = on_call,
                               .sa_flags = SA_SIGINFO | SA_NODEFER};
    sigaction(SIGSYS, &action, NULL);
    filter_calls();
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("FAULT_IO_COUNT");
    const long count = calls;
    fail_at = 0;
    FILE *f = path ? fopen(path, "we") : NULL;
    if (!f)
        return;
    (void)fprintf(f, "%ld\n", count);
    (void)fclose(f);
}
