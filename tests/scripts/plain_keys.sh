# The plain lab at a terminal: keys that nobody means to type, halves of
# sequences and random bytes leave a prompt that takes the next command. They
# make readline 8.2 crash where it reads the terminal itself. A terminal of
# Python's types them; it waits for what is to be seen and never for time.
set -eu

# readline forgets some of its own lines where random keys leave one that was
# edited; that is a leak of the library's, a few bytes a line.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"

cat >keys.py <<'END'
import os, pty, random, re, select, sys

PATIENCE = 60  # seconds; only a program that is broken is waited for so long


class Lab:
    def __init__(self):
        self.seen = ""
        self.turn = 0
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "xterm"
            os.environ["LC_ALL"] = "C.UTF-8"
            os.execvp("emblab", ["emblab", "--plain"])
        self.wait("emb>")

    def read(self):
        if not select.select([self.master], [], [], PATIENCE)[0]:
            sys.exit(f"it does not answer:\n{self.seen[-2000:]}")
        try:
            text = os.read(self.master, 65536).decode(errors="replace")
        except OSError:  # its end is closed
            return False
        self.seen += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\r", "", text)
        return True

    def sees(self, text, patience=PATIENCE):
        """Does text come? Not in the middle of what is being printed."""
        while text not in self.seen:
            if not select.select([self.master], [], [], patience)[0]:
                return False
            if not self.read():
                status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
                sys.exit(f"ended ({status}) before {text!r}:\n"
                         f"{self.seen[-2000:]}")
        self.seen = self.seen[self.seen.index(text) + len(text):]
        return True

    def wait(self, text):
        if not self.sees(text):
            sys.exit(f"it does not answer:\n{self.seen[-2000:]}")

    def type(self, keys):
        for at in range(0, len(keys), 64):
            while not select.select([], [self.master], [], 0)[1]:
                self.read()
            os.write(self.master, keys[at:at + 64])
            while select.select([self.master], [], [], 0)[0] and self.read():
                pass

    def check(self, keys):
        """Out of whatever it is in: then a command is a command. What half a
        sequence takes with it depends on time, so there is a second try."""
        for patience in 3, PATIENCE:
            self.turn += 1
            self.type(b"\x11\x07\x1b[201~\x07\x07\x05\x15")
            self.type(b"sane%d\r" % self.turn)
            if self.sees(f'no command is called "sane{self.turn}"', patience):
                return
        sys.exit(f"after {keys!r} it does not answer:\n{self.seen[-2000:]}")

    def end(self):
        self.type(b"quit\r")
        while self.read():
            pass
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        if status != 0:
            sys.exit(f"status {status}:\n{self.seen[-2000:]}")


STUMBLING = [
    b"6;\x1b*+\r\x126\x13+n\x12",  # a failed search turns round
    b"b\r\x10\x15\x1b5\n\x12\x1b#",  # Enter behind a count
    b"b\r\x10\x15\x1b5\x0f\x13\x1b*",
    b"\x18(\x1bn\x07\r\x18e\x1b5\x18)\x18",  # a macro that searches
    b"\x12\x18f",  # a sequence in a search
    b"\x1d\x1bq",  # Alt and a key without a meaning is sought
    b"\x12a\x1by\x12\x12\x1bt",
    b"\x1b9" * 8 + b"x",  # a count that would take minutes
]
HALVES = [b"\x1b", b"\x1b[", b"\x1b[1;", b"\x1bO", b"\xc3", b"\xe2\x82",
          b"\x1b[200~x"]
PIECES = STUMBLING + HALVES + [
    b"\x12", b"\x18", b"\x18e", b"\x1b5", b"\x1b-", b"\x0b", b"\x19", b"\x1by",
    b"\x10", b"\x0e", b"\r", b"\t", b"\x7f", b"\x1f", b"\x14", b"\x16", b"\x07",
    b"\x1b[A", b"\x1b[201~", b"corpus tiny", b"step", b"\x1b\x0b", b"\x1bl",
    b"\x1b#", b"\x1b?", b"\x1d", b"\x1b\x1d", b"\x1b<", b"\x15"]
LEAVING = b"\x03\x04\x11\x13\x1a\x1c"  # these end it, or stop its output


def draw(random):
    if random.random() < 0.8:
        return random.choice(PIECES)
    byte = random.randrange(256)
    return b"" if byte in LEAVING else bytes([byte])


lab = Lab()
for keys in STUMBLING + HALVES:
    lab.type(keys)
    lab.check(keys)
# The lines of a paste are commands, one after the other.
lab.type(b"\x1b[200~corpus tiny; table\rprint W.shape\rprint W.nu")
lab.type(b"mel()\x1b[201~\r")
lab.wait("torch.Size([17, 6])")
lab.wait("\n102")
lab.end()
for seed in range(int(sys.argv[1])):
    lab = Lab()
    number = random.Random(seed)
    keys = b"".join(draw(number) for i in range(150)).replace(b"\x13", b"")
    lab.type(keys)
    lab.check(keys)
    lab.end()
END

"$PYTHON" keys.py 12
