/* A disk that becomes full: preloaded into a program (LD_PRELOAD), lets the first writes
 * that make a regular file grow pass and fails all later ones with ENOSPC.
 *
 *     FAULT_IO_AT=N     the growing write that fails first, from 1; 0 or unset: none
 *     FAULT_IO_COUNT=F  how many there were is written to the file F at the end
 *
 * The C library's own writes cannot be interposed. So a seccomp filter turns the system
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

static atomic_long growing;
static long fail_at;

long fault_io_call(long number, long a, long b, long c, long d);
extern const char fault_io_call_end[];

/* A system call whose return address the filter knows. */
#if defined __x86_64__
__asm__(".text\n.globl fault_io_call, fault_io_call_end\n"
        ".type fault_io_call, @function\n"
        "fault_io_call:\n mov %rdi, %rax\n mov %rsi, %rdi\n mov %rdx, %rsi\n"
        " mov %rcx, %rdx\n mov %r8, %r10\n syscall\nfault_io_call_end:\n ret\n");
#elif defined __aarch64__
__asm__(
    ".text\n.globl fault_io_call, fault_io_call_end\n"
    ".type fault_io_call, @function\n"
    "fault_io_call:\n mov x8, x0\n mov x0, x1\n mov x1, x2\n mov x2, x3\n mov x3, x4\n"
    " svc #0\nfault_io_call_end:\n ret\n");
#elif !defined __CPPCHECK__
#error "fault_io knows the system calls of x86-64 and AArch64 only"
#endif

struct registers {
    long arg[4];
};

static struct registers get_registers(const ucontext_t *u)
{
#if defined __x86_64__
    const greg_t *g = u->uc_mcontext.gregs;
    return (struct registers){{g[REG_RDI], g[REG_RSI], g[REG_RDX], g[REG_R10]}};
#else
    const unsigned long long *r = u->uc_mcontext.regs;
    return (struct registers){{(long)r[0], (long)r[1], (long)r[2], (long)r[3]}};
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
static int grows(int number, const struct registers *r)
{
    struct stat st;
    const int fd = (int)r->arg[0];
    if (fd <= STDERR_FILENO) /* what a program says may go to a file of the test's */
        return 0;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return 0;
    const off_t at = number == SYS_pwrite64            ? r->arg[3]
                     : (fcntl(fd, F_GETFL) & O_APPEND) ? st.st_size
                                                       : lseek(fd, 0, SEEK_CUR);
    return at + bytes_of(number, r) > st.st_size;
}

static void on_call(int sig, siginfo_t *info, void *context)
{
    const int keep = errno;
    ucontext_t *u = context;
    const struct registers r = get_registers(u);
    (void)sig;
    if (grows(info->si_syscall, &r)) {
        const long n = ++growing;
        if (fail_at > 0 && n >= fail_at) {
            set_result(u, -ENOSPC);
            errno = keep;
            return;
        }
    }
    set_result(u,
               fault_io_call(info->si_syscall, r.arg[0], r.arg[1], r.arg[2], r.arg[3]));
    errno = keep;
}

static void filter_calls(void)
{
    const uint64_t own = (uint64_t)(uintptr_t)fault_io_call_end;
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pwrite64, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_writev, 1, 0),
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
    const struct sock_fprog program = {sizeof rules / sizeof *rules, rules};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        static const char text[] = "fault_io: no seccomp here\n";
        (void)!write(STDERR_FILENO, text, sizeof text - 1);
        _exit(77);
    }
}

__attribute__((constructor)) static void begin(void)
{
    const char *at = getenv("FAULT_IO_AT");
    fail_at = at ? strtol(at, NULL, 10) : 0;
    struct sigaction action = {.sa_sigaction = on_call,
                               .sa_flags = SA_SIGINFO | SA_NODEFER};
    sigaction(SIGSYS, &action, NULL);
    filter_calls();
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("FAULT_IO_COUNT");
    const long count = growing;
    fail_at = 0;
    FILE *f = path ? fopen(path, "we") : NULL;
    if (!f)
        return;
    (void)fprintf(f, "%ld\n", count);
    (void)fclose(f);
}
