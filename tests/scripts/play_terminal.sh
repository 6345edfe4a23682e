# Lessons in plain text on a terminal: Enter, answers, off script, Ctrl-C, a
# file that changes, the speaker's second terminal. A terminal of Python's plays
# the person, who waits for what is to be seen and never for time.
set -eu

cat >person.py <<'END'
import os, pty, re, select, signal, sys

PATIENCE = 60  # seconds; only a program that is broken is waited for so long


class Terminal:
    """emblab on a terminal, and all it has printed since the last look."""

    def __init__(self, *args):
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "dumb"
            os.execvp("emblab", ["emblab", *args])
        self.seen = ""
        self.all = ""

    def read(self):
        if not select.select([self.master], [], [], PATIENCE)[0]:
            self.fail("does not answer")
        try:
            text = os.read(self.master, 65536).decode(errors="replace")
        except OSError:  # its end is closed
            return False
        text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text.replace("\r", ""))
        self.seen += text
        self.all += text
        return True

    def fail(self, why):
        sys.exit(f"{why}:\n{self.all}\n")

    def wait(self, text):
        """Until text is there; what was before it is done with."""
        while text not in self.seen:
            if not self.read():
                self.fail(f"ended before {text!r}")
        self.seen = self.seen[self.seen.index(text) + len(text):]

    def type(self, text):
        os.write(self.master, text.encode())

    def at(self, text, typed):
        self.wait(text)
        self.type(typed)

    def end(self, status=0):
        while self.read():
            pass
        got = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        if got != status:
            self.fail(f"status {got}, not {status}")


def play(*options, lesson="data/play.md"):
    return Terminal("--plain", "play", lesson, *options)


def a_long_message_is_wrapped_at_words():
    t = play(lesson="which")
    t.end(1)
    for line in t.all.splitlines():
        if len(line) > 80:
            t.fail(f"{line!r} is wider than the terminal")
    if "there are: " not in t.all.replace("\n", " "):
        t.fail("not all lessons are named")


def enter_alone_plays_a_lesson_to_its_end():
    t = play()
    t.at("[1/4 Enter] emb> ", "\r")
    t.at("[2/4 answer] emb> ", "\r")
    t.wait("The answer: 17")
    t.at("[2/4 Enter] emb> ", "\r")
    t.at("[3/4 your turn] emb> ", "\r")
    t.wait("emb> lookup milk")
    t.at("[3/4 Enter] emb> ", "\r")
    t.at("[4/4 Enter] emb> ", "\r")
    t.at("[4/4 the end] emb> ", "\r")
    t.end()


def enter_alone_goes_from_lesson_to_lesson():
    t = play("--study", lesson="tokens")
    while "[Enter: lesson 02-table] emb> " not in t.all:
        t.at("] emb> ", "\r")
        if len(t.all) > 1000000:
            t.fail("the lesson has no end")
    t.at("[1/15 Enter] emb> ", "\x04")
    t.end()


def a_student_is_asked():
    t = play("--study")
    t.at("[1/4 Enter] emb> ", "\r")
    t.at("[2/4 answer] emb> ", "3\r")
    t.wait("Not quite.")
    t.at("[2/4 answer] emb> ", "hint\r")
    t.wait("Hint 1 of 1: One for each word.")
    t.at("[2/4 answer] emb> ", "17\r")
    t.wait("Right: 17")
    t.at("[2/4 Enter] emb> ", "\r")
    t.at("[3/4 your turn] emb> ", "answer\r")
    t.wait("The solution stands on the prompt")
    # It stands there and waits for Enter.
    t.at("[3/4 your turn] emb> lookup milk", "\r")
    t.wait("That is it.")
    t.at("[3/4 Enter] emb> ", "\x04")
    t.end()


def what_is_typed_runs_and_enter_comes_back():
    t = play()
    t.at("[1/4 Enter] emb> ", "goto 7\r")
    t.at("[1/4 off script] emb> ", "print W; stepp\r")
    # The caret stands below what is wrong, whatever the prompt.
    t.wait("\n" + " " * len("[1/4 off script] emb> print W; ") + "^^^^^\n")
    t.at("[1/4 off script] emb> ", "\r")
    t.wait("is kept as the branch aside; goto")
    t.at("[1/4 Enter] emb> ", "quit\r")
    t.end()


def ctrl_c_ends_no_lesson():
    t = play()
    t.at("[1/4 Enter] emb> ", "train epochs=100000000\r")
    t.wait("chosen for you")
    t.type("\x03")
    t.wait("stopped after step")
    t.at("[1/4 off script] emb> ", "\r")
    t.wait("goes there")
    t.at("[1/4 Enter] emb> ", "\x04")
    t.end()


def a_lesson_in_the_lab_gives_the_lab_back():
    t = Terminal("--plain")
    t.at("emb> ", "corpus farm; step 3\r")
    t.wait("W.grad (64, 6)")
    t.at("emb> ", "lesson data/play.md#start\r")
    t.wait("before-play goes there.")
    t.at("[1/4 Enter] emb> ", "lesson goto end\r")
    t.at("[4/4 Enter] emb> ", "\r")
    t.wait("the lesson is over")
    t.wait("is kept; goto before-play goes there\n")
    t.at("emb> ", "goto before-play\r")
    t.wait("step 3   loss")
    t.at("emb> ", "quit\r")
    t.end()


def by_itself_it_needs_nobody():
    t = play("--auto=0.05")
    t.end()
    assert "The answer: 17" in t.all and t.all.rstrip().endswith("tensor of ids\n  W[zebra]\n    ^"), t.all


def ctrl_c_holds_what_plays_by_itself():
    t = play("--auto=1000")
    t.wait("torch.Size([17, 3])")
    t.type("\x03")
    t.at("[1/4 Enter] emb> ", "\x04")
    t.end()


def a_changed_file_is_played_on_at_the_same_place():
    with open("data/play.md") as file:
        text = file.read()
    with open("changing.md", "w") as file:
        file.write(text)
    t = play(lesson="changing.md")
    t.at("[1/4 Enter] emb> ", "\r")
    t.wait("How many rows has W?")
    t.wait("[2/4 answer] emb> ")
    with open("changing.md", "w") as file:
        file.write(text.replace("How many rows", "HOW MANY ROWS, I ask,"))
    t.type("\r")
    t.wait("HOW MANY ROWS, I ask, has W?")
    t.wait("[2/4 answer] emb> ")
    with open("changing.md", "w") as file:
        file.write("broken")
    t.type("\r")
    t.wait("changing.md:1: error:")
    t.at("[2/4 answer] emb> ", "17\r")
    t.wait("Right: 17")
    t.at("[2/4 Enter] emb> ", "\x04")
    t.end()


def notes_follow_in_a_second_terminal():
    """Its end is no matter to the first; that of the first is told."""
    t = play()
    t.wait("[1/4 Enter] emb> ")
    notes = play("--notes")
    notes.wait("A lesson to play · 1/4")
    notes.wait("Ask the room how many rows there are.")
    notes.wait("next    quiz: How many rows has W?")
    t.type("\r")
    notes.wait("A lesson to play · 2/4")
    notes.wait("answer  17")
    notes.type("\x03")
    notes.end()

    notes = play("--notes")
    notes.wait("A lesson to play · 2/4")
    os.close(notes.master)  # the window is closed
    os.waitpid(notes.pid, 0)
    t.at("[2/4 answer] emb> ", "\r")
    t.wait("The answer: 17")

    notes = play("--notes")
    notes.wait("A lesson to play · 2/4")
    t.type("\x04")
    t.end()
    notes.wait("nobody plays play now")
    notes.wait("q leaves")
    notes.type("q")
    notes.end()


def notes_without_a_name_follow_what_is_played():
    notes = Terminal("play", "--notes")
    notes.wait("nobody plays a lesson now; emblab play LESSON in another")
    t = play()
    t.at("[1/4 Enter] emb> ", "\r")
    notes.wait("A lesson to play · 2/4")
    # The last note is still of use beside a question, and its hints are.
    notes.wait("before  Ask the room how many rows there are.")
    notes.wait("answer  17")
    notes.wait("hints   One for each word.")
    with open("second.md", "w") as file, open("data/play.md") as first:
        file.write(first.read().replace("id: play", "id: second"))
    second = play(lesson="second.md")
    second.wait("[1/4 Enter] emb> ")
    notes.wait("A lesson to play · 1/4")
    notes.wait("also played: play (emblab play NAME --notes follows one)")
    second.type("\x04")
    second.end()
    notes.wait("A lesson to play · 2/4")
    notes.type("\x04")
    notes.end()
    t.at("[2/4 answer] emb> ", "\x04")
    t.end()


for name, test in list(globals().items()):
    if callable(test) and test.__module__ == "__main__" and \
            name not in ("Terminal", "play"):
        try:
            test()
        except (SystemExit, AssertionError) as error:
            sys.exit(f"{name}: {error}")
END
"${PYTHON:-python3}" person.py
