/* The C version of the prefilter. judge/prefilter.py does the same in Python.
 *
 * Spelling(source, target, soft, hard) is the table of the fold. A call with a text returns the text with each character folded, but
 * with all filler in its place. fold(text) also drops the filler, as text/fold.py does.
 *
 * WordFinder(spelling, words, anchors, groups) finds words in whole texts: words a line each, and in bytes the place of the anchor of each.
 *
 * WordLists(words, latin) finds the words of lists in folded own texts. Each word comes with a mask of its lists.
 *
 * LineMarks(classes) finds the marks that part a line, and brackets: see text/linemarks.py.
 *
 * Prefilter(spelling, words, closing, gates, classes, finder, line_gates, gates_by_word, limits, alphabets) takes the words with their
 * lists, the lists whose words count only at the end of an own text, the gates, the classes of characters, for each word of the finder, by
 * its number, the gates for lines that need the word, and the Han characters of some sets of lists, a string each. A gate is what a pair or a line must have before some rules can match it (Gate in
 * judge/prefilter.py). A pair that passes a gate is reported:
 *
 * Candidate(start, end, gates, is_alone, opener, left, right, inner), of native/candidates.py
 *
 * with a bit for each gate that it passes, its opening bracket, the characters beside it ("" at an edge of the line) and the pairs inside it.
 * Of texts in bytes, which are decoded one by one, the prefilter names those with such a pair, with a word in a line that passes, or with
 * what may be an entity. Runs of characters that may be noise (text/noise.py, text/jammers.py) are reported like words.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

enum { KINDS = 16 };            /* the most kinds of brackets */
enum { GATES = 256, LINE_GATES = 256, NEEDS = 8, SHARES = 2 };
enum { ALPHABETS = 8 }; /* a bit each */
enum { COUNTED = 64 };         /* from so many characters on, all numbers are taken as one less */
/* Besides the gates for lines: a word that is reported wherever it stands, or where it may be a letter of a reading. */
enum { LETTER = LINE_GATES, TOLD };
enum { NEAR = 4, NEAR_IN_TITLE = 2 }; /* characters from a sign that hides something to another: text/hidden.py */
enum { APART = 3, SIGNS = 3 };  /* gaps that set four Han characters apart; the most signs of a gap */
enum { NOTES = 4 };             /* the most sentences of a note at a line's end, and one */
enum { STUB = 80 };             /* characters from the last end of a sentence to the end of its line: text/sentences.py */
enum { FRAMED = 120 };         /* characters between two equal marks around a part of a line, from one of its words, and as many */
enum { WWW = 12 };             /* characters of www with signs between its letters, and some that are spelled as two */
enum { RUN = 45, TESTED = 24 }; /* Han characters of the shortest noise, and of a test */
enum { UNIT = 3, UNITS = 4, PROBED = 8 }; /* characters of a unit of a jammer, units in a row of the shortest, and how far apart they are probed */
enum { REFERENCE = 40 };        /* characters of the second part of [text][name] */
enum { CONTEXT = 40 };          /* characters before a pair that rules see: CONTEXT of text/brackets.py */
enum { READING = 8 };           /* characters of the longest reading from its opening bracket to its last letter */
enum { PLANE = 0x10000 };       /* brackets and marks are all in the first */
enum { KNOWN = 4 * PLANE };     /* the characters in the tables; no word has characters beyond the ideographs of plane 3 */
enum { ENTITY = '&' };          /* begins the name of a character in HTML */
enum { SIGNED = 0x3000 };      /* of the characters below, those that are in words of lists are told apart as signs */
enum { LETTERS = 1, DIGITS, FIRST_SIGN, LAST_SIGN = 63, IS_FILLER = 0x80 }; /* their numbers; 0: of no word. Other signs share the last number. */
enum { IS_WORD = 1, HAN = 2, LATIN = 4, BLANK = 8, BEFORE = 16, BEHIND = 32, MARK = 64, ENDS = 128 };
enum { SOFT = 1, HARD = 2 };                                                /* filler */
enum { ALL_HAN = 1, ALL_MARKS = 2, ALL_RARE = 4, NAMED = 8 };               /* of the characters beyond ASCII */
enum { MOST_NAMED = 24 };                                                   /* the most marks with a bit of their own; the bits begin at NAMED */
enum { CLASSES = 32 };                                                      /* the most classes of neighbouring characters */
enum { BEYOND = 0x110000, EDGE }; /* stand for a character beyond the tables, and for the edge of a line */
enum { AHEAD = 32 };              /* the number of characters in which a line end is searched together */
static const uint64_t ALL = ~(uint64_t)0;

enum { PARTS = 5, LIST_PARTS = 16, COUNTED_PARTS = 2 };

/* A set of up to 320 gates. */
typedef struct {
    uint64_t part[PARTS];
} Bits;

/* A set of up to 1,024 lists. */
typedef struct {
    uint64_t part[LIST_PARTS];
} Lists;

/* Of the first 128 lists, those that have words at one place, at two, and at three. Here a Latin word counts amid another one, too, for
 * so patterns find it. */
typedef struct {
    uint64_t once[COUNTED_PARTS], twice[COUNTED_PARTS], thrice[COUNTED_PARTS];
} Times;

/* A set of characters: a bit for each ASCII character, and a bit for each kind of other characters. */
typedef struct {
    uint64_t ascii[2];
    unsigned others;
} Chars;

/* For loops over bytes that compilers vectorise: with twice as wide vectors if the processor has them. */
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif

/* The prefixes of words, by their hash. A prefix that is itself a word has the number, from 1, of a set of lists. */
typedef struct {
    uint32_t hash, number;
} Slot;

/* Pairs of neighbouring characters, a bit for the hash of each. With these 32 KiB a look takes a twentieth less than with 8 KiB. */
enum { COUPLES = 1 << 18 };
typedef uint64_t Couples[COUPLES / 64];
enum { PREFIXES = 1 << 17 }; /* 11,000 prefixes of shipped words set a bit of 12 */

typedef struct {
    PyObject_HEAD
    PyObject *source, *target;
    Py_ssize_t beyond; /* the index in `source` of the first character beyond the table */
    Py_UCS4 *table;    /* for each other character, the bits in which its folded form differs: most pages of memory stay untouched */
    unsigned char filler[PLANE];
} Spelling;

/* What some rules need of a text: a word of each of some sets of lists, its characters, its first one, how many of them are Han
 * or not, its length; and of where it stands: brackets of some kinds (a bit each), the first line, a whole line or a part of it. */
typedef struct {
    Py_ssize_t foreign, han, least, most, plain;
    unsigned kinds;
    int needing;
    int is_for_glued, is_for_first_line;
    int is_for_lines, is_for_parts, is_for_links, is_for_apart, is_for_joined, is_for_notes, is_for_edges, is_for_stubs;
    Chars chars, first, must;
    Times times;
    uint64_t before[COUNTED_PARTS]; /* counted lists of which the text close before a pair must have a word; none: it need not */
    Lists *needs; /* the first ones, as many as it has */
    int shares[SHARES], alphabets[SHARES]; /* of 100 Han characters of a line, how many are of an alphabet, and its bit */
    uint64_t signs[NEEDS]; /* of gates for lines: the signs of which one is in each word of a need; all if a word has none */
} Gate;

/* What gates test of a text, folded. */
typedef struct {
    Lists lists;
    Times times;
    Chars chars, first;
    Py_ssize_t length, han, foreign, plain;
} Own;

enum { LONGEST_WORD = 32 };

/* A folded word, and the end of its anchor: two characters that are rare together. The rest of the word is compared only where
 * its anchor stands. A word without a suitable pair has its first character as anchor. */
typedef struct {
    const Py_UCS4 *chars;
    short length, anchor;
} Word;

/* For an unfolded character, a bit for each group of anchors that it may begin (first half), and for each that it may end (second
 * half). A place is tested only if such a group has bits in the character before and in the character here: at one place of 30. */
typedef uint32_t Class;
enum { GROUPS = 15, HALF = 16, ALWAYS = 0x8000 };
static const uint32_t FIRST = (uint32_t)ALWAYS << HALF, ANY_CLASS = 0xFFFFFFFF;

typedef struct {
    PyObject_HEAD
    Spelling *spelling;
    Word *words;    /* ordered by anchor */
    Py_UCS4 *chars; /* of all words */
    Py_ssize_t size;
    Slot *anchors;        /* by their hash; each with the number, from 1, of its first word */
    size_t room;          /* a power of two */
    Class *classes; /* of the first plane; other characters may be in any group. A Prefilter adds ALWAYS for brackets and ENTITY. */
    uint64_t singles[PLANE / 64]; /* the characters that are anchors by themselves */
    Couples couples;      /* of all spellings of the anchors; entered by a Prefilter with its own, or for the first text without one */
    int has_couples;
} WordFinder;

typedef struct {
    PyObject_HEAD
    Spelling *spelling;
    WordFinder *finder; /* NULL if only pairs are searched */
    signed char signs[PLANE]; /* positive for an opening bracket, negative for a closing one: its kind; else 0 */
    /* The finder's, if there is one, with ALWAYS for brackets and ENTITY. A table lookup takes a nanosecond; branches, which commas and
     * Latin letters between Han characters make hard to foretell, take six. */
    Class *classes;
    unsigned char traits[KNOWN]; /* of each character as the fold spells it; BLANK, BEFORE, BEHIND and ENDS: as the text does */
    Slot *slots;
    size_t size; /* a power of two */
    Lists *sets; /* each once: words share them, and few of them stay in the fast caches */
    Lists counted[2]; /* the lists whose words count amid an own text, and all, for its end */
    Couples couples; /* the first two characters of words of lists */
    uint64_t prefixes[PREFIXES / 64]; /* a bit for the hash of each prefix */
    Gate gates[GATES];
    int number;
    uint64_t asked[LIST_PARTS * 64][GATES / 64]; /* of each list: a bit for each gate that needs it first */
    uint64_t wordless[GATES / 64];          /* the gates that need no word */
    uint64_t with_before[GATES / 64];       /* those that need a word before the pair */
    uint64_t for_length[COUNTED][GATES / 64], for_han[COUNTED][GATES / 64], for_foreign[COUNTED][GATES / 64]; /* of so many characters */
    uint64_t for_kind[KINDS][2][GATES / 64]; /* of pairs of a kind, glued or alone */
    uint64_t frames[PLANE / 64];  /* the marks that frame a part of a line */
    uint64_t prose[PLANE / 64];   /* marks that hide nothing behind a word */
    uint64_t joints[PLANE / 64];  /* marks that join parts of titles */
    uint64_t usual[PLANE / 64];   /* Han characters, folded, of which noise has few: text/noise.py */
    Py_ssize_t most_usual, least_different; /* of RUN characters of noise */
    unsigned char alphabets[PLANE];
    unsigned char sign_of[PLANE]; /* the number of each spelling of a sign, and IS_FILLER */
    Lists closing;       /* the lists whose words count only at the end of an own text */
    Gate line_gates[LINE_GATES];
    int line_number;
    Bits *by_word;                                   /* for each word of the finder, the gates that need it */
    Couples later;                                   /* those of the finder that anchors of other words have */
    unsigned char *is_for_head;                      /* for each word of the finder: whether these are all for the first line */
    Py_UCS4 named[MOST_NAMED];
    int named_number;
    Py_ssize_t longest_line, longest_heading, links, foot; /* code points, and of a heading of links before the end of a text; lines */
    PyObject *places;                                /* names the gates for a pair by its neighbours; NULL if all gates are tried */
    unsigned char neighbours[2][PLANE + 1];          /* the classes, from 1, of the characters before and behind a pair */
    Bits *by_place;                                  /* the answers */
    unsigned char *is_told;
} Prefilter;

typedef struct {
    Py_ssize_t start, end;
    int kind;
    int is_behind_square; /* of an open bracket: whether it follows [text] of Markdown */
} Span;

typedef struct {
    Span *items;
    Py_ssize_t size, room;
} Spans;

typedef struct {
    const Prefilter *prefilter;
    const WordFinder *finder; /* NULL if only pairs are searched */
    const void *data; /* the text, the width of its characters, and how many it has */
    int kind;
    Py_ssize_t end;
    Spans open;                    /* the open brackets of this line */
    Spans closed;                  /* the pairs of this line that are in no other pair yet */
    Py_ssize_t waiting[KINDS + 1]; /* the number of open brackets of each kind */
    Spans hits;                    /* words of the finder in the last line */
    int is_suspect;                /* whether a text in bytes is one to be read; its scan ends there */
    int has_entity;                /* whether the text may have an entity of text/entities.py */
    Py_UCS4 *read;                 /* what was read of the text: a pair's own text, or a line */
    Py_ssize_t length, room;
    Py_ssize_t reached;            /* the end of the last bracket; line ends behind it are searched at the next bracket */
    Py_ssize_t squared;            /* the end of the last pair of [ and ] */
    Py_ssize_t first_end;          /* the end of the first line that is not blank; -1 if unknown */
    Py_ssize_t foot;               /* the start of the last lines; -1 if unknown */
    Py_ssize_t line, line_end;     /* the line of the last word */
    Py_ssize_t line_length;        /* its code points, without the blanks around, up to one more than the longest has */
    int is_line_kept, is_rest_kept, is_line_read, is_line_listed, is_line_met;
    int holds_line;                /* whether `read` is this line */
    Py_ssize_t walked, sentence;   /* as far as the line was walked for its sentences, and the start of the last one that surely begins */
    int depth;                     /* of brackets that were opened so far */
    Py_UCS4 passed;                /* the character before `walked` */
    Bits line_asked;               /* the gates whose rules were asked about this line as a whole: none of them speaks */
    uint64_t signs;                /* of this line, once it `is_line_met` */
    Py_ssize_t line_least;         /* so many code points at least it has once it is folded */
    Py_ssize_t said, said_end;     /* the line without the blanks around */
    Own line_own;                  /* the facts about this line for gates, once it is read; the length is -1 for a line that is too long */
    PyObject *text;                /* the text for Python; of bytes it is made when a rule is asked */
    PyObject *found, *places;      /* the pairs, and the starts of words of the finder; NULL if only `is_suspect` is wanted */
    void *decoded;                 /* a text that was decoded, and the room for it in bytes */
    size_t decoded_room;
} Scan;

/* Return `items` with room for one more; NULL without memory. */
static void *
roomy(void *items, Py_ssize_t size, Py_ssize_t *room, size_t width)
{
    if (size < *room)
        return items;
    Py_ssize_t more = *room ? 2 * *room : 64;
    void *moved = PyMem_Realloc(items, (size_t)more * width);
    if (moved)
        *room = more;
    else
        PyErr_NoMemory();
    return moved;
}

static int
push(Spans *spans, Py_ssize_t start, Py_ssize_t end, int kind)
{
    Span *items = roomy(spans->items, spans->size, &spans->room, sizeof(Span));
    if (!items)
        return -1;
    spans->items = items;
    items[spans->size++] = (Span){start, end, kind, 0};
    return 0;
}

static int
append(PyObject *list, PyObject *item)
{
    int failed = !item || PyList_Append(list, item);
    Py_XDECREF(item);
    return failed ? -1 : 0;
}

/* Characters ---------------------------------------------------------------------------------------------------------- */

/* Return the character at `at` and move behind it. */
static inline Py_UCS4
next_char(const Scan *s, Py_ssize_t *at)
{
    return PyUnicode_READ(s->kind, s->data, (*at)++);
}

/* Return the character before `at`, and move there. */
static Py_UCS4
before(const Scan *s, Py_ssize_t *at)
{
    return *at ? PyUnicode_READ(s->kind, s->data, --*at) : EDGE;
}

/* Return the character at `at`, and move behind it. */
static Py_UCS4
behind(const Scan *s, Py_ssize_t *at)
{
    return *at == s->end ? EDGE : next_char(s, at);
}

/* Return the folded form of any character. */
static inline Py_UCS4
read_as(const Spelling *self, Py_UCS4 c)
{
    if (c < KNOWN)
        return c ^ self->table[c];
    Py_ssize_t at = PyUnicode_FindChar(self->source, c, self->beyond, PyUnicode_GET_LENGTH(self->source), -1);
    return at < 0 ? c : PyUnicode_READ_CHAR(self->target, at);
}

static inline int
filler_of(const Spelling *spelling, Py_UCS4 c)
{
    return c < PLANE ? spelling->filler[c] : 0;
}

static int
is_han(Py_UCS4 c)
{
    return (c >= 0x4E00 && c < 0xA000) || (c >= 0x3400 && c < 0x4DC0) || (c >= 0x3005 && c < 0x3008) || (c >= 0xF900 && c < 0xFB00) ||
           (c >= 0x20000 && c < 0x323B0);
}

/* Overwrite filler between three or more single characters with NUL: s-e-o. `_SPELLED_RE` of text/fold.py. */
static void
join_spelled(const Spelling *spelling, Py_UCS4 *text, Py_ssize_t length)
{
    for (Py_ssize_t at = 0; at < length; at++) {
        if (!Py_UNICODE_ISALNUM(text[at]) || (at && Py_UNICODE_ISALNUM(text[at - 1])))
            continue;
        Py_ssize_t last = at, next, times = 0;
        for (;; times++, last = next) {
            next = last + 1;
            while (next < length && filler_of(spelling, text[next]))
                next++;
            int is_one = next < length && next > last + 1 && Py_UNICODE_ISALNUM(text[next]) &&
                         (next + 1 == length || !Py_UNICODE_ISALNUM(text[next + 1]));
            if (!is_one)
                break;
        }
        for (Py_ssize_t i = at; times >= 2 && i < last; i++)
            if (filler_of(spelling, text[i]))
                text[i] = 0;
        at = times >= 2 ? last : at;
    }
}

/* Tell whether a character is a letter, a digit or a Han character. */
static inline int
is_word_char(Py_UCS4 c)
{
    return (c >= 0x4E00 && c < 0x9FA6) || Py_UNICODE_ISALNUM(c);
}

/* Tell whether a run of soft filler is at an end of a line, or beside a Han character and a word. `_soft` of text/fold.py. */
static int
is_dropped(const Py_UCS4 *text, Py_ssize_t start, Py_ssize_t end, Py_ssize_t length)
{
    if (!start || end == length || text[start - 1] == '\n' || text[end] == '\n')
        return 1;
    return is_word_char(text[start - 1]) && is_word_char(text[end]) && (is_han(text[start - 1]) || is_han(text[end]));
}

/* Remove the filler that rules do not see from a folded text, and return the new length. */
static Py_ssize_t
without_filler(const Spelling *spelling, Py_UCS4 *text, Py_ssize_t length)
{
    int has_filler = 0, has_single = 0;
    for (Py_ssize_t i = 0; i < length; i++)
        has_filler |= filler_of(spelling, text[i]);
    if (!has_filler)
        return length;
    for (Py_ssize_t i = 1; i + 1 < length && !has_single; i++)
        has_single = filler_of(spelling, text[i - 1]) && filler_of(spelling, text[i + 1]) && Py_UNICODE_ISALNUM(text[i]);
    if (has_single)
        join_spelled(spelling, text, length);
    Py_ssize_t left = 0;
    for (Py_ssize_t at = 0, end; at < length; at = end) {
        for (end = at; end < length && filler_of(spelling, text[end]) & SOFT; end++)
            ;
        if (end == at)
            text[left++] = text[end++];
        else if (!is_dropped(text, at, end, length))
            for (Py_ssize_t i = at; i < end; i++)
                if (text[i])
                    text[left++] = text[i];
    }
    return left;
}

static inline int
traits_of(const Prefilter *prefilter, Py_UCS4 c)
{
    return c < KNOWN ? prefilter->traits[c] : c == EDGE ? BEFORE | BEHIND : 0;
}

static inline int
is_line_edge(Py_UCS4 c)
{
    return c == EDGE || c == '\n' || c == '\r';
}

/* Sets ---------------------------------------------------------------------------------------------------------------- */

static inline int
lowest_bit(uint64_t bits)
{
#ifdef __GNUC__
    return __builtin_ctzll(bits);
#else
    int at = 0;
    for (; !(bits & 1); bits >>= 1)
        at++;
    return at;
#endif
}

static inline int
meets(const Lists *one, const Lists *other)
{
    uint64_t both = 0;
    for (int i = 0; i < LIST_PARTS; i++)
        both |= one->part[i] & other->part[i];
    return both != 0;
}

static inline int
has_times(const Times *all, const Times *some)
{
    uint64_t lacks = 0;
    for (int i = 0; i < COUNTED_PARTS; i++)
        lacks |= (some->twice[i] & ~all->twice[i]) | (some->thrice[i] & ~all->thrice[i]);
    return !lacks;
}

static inline int
has_bit(const Bits *bits, int at)
{
    return bits->part[at / 64] >> at % 64 & 1;
}

static inline int
is_empty(Bits bits)
{
    uint64_t any = 0;
    for (int i = 0; i < PARTS; i++)
        any |= bits.part[i];
    return !any;
}

/* Turn numbers whose lowest byte comes first into those of this machine, or back. */
static inline void
to_native(uint64_t *part, int parts)
{
#if !PY_LITTLE_ENDIAN
    for (int i = 0; i < parts; i++) {
        uint64_t turned = 0;
        for (int j = 0; j < 64; j += 8)
            turned |= (part[i] >> j & 0xFF) << (56 - j);
        part[i] = turned;
    }
#else
    (void)part, (void)parts;
#endif
}

/* Read the bits of a Python number, at once: to shift it for each part took half of a start's time in this module. */
static void
read_bits(PyObject *number, uint64_t *part, int parts)
{
    if (!PyLong_Check(number)) {
        PyErr_SetString(PyExc_TypeError, "sets of bits are int");
        return;
    }
    unsigned char *bytes = (unsigned char *)part;
#if PY_VERSION_HEX >= 0x030D0000
    if (PyLong_AsNativeBytes(number, bytes, parts * 8, Py_ASNATIVEBYTES_LITTLE_ENDIAN | Py_ASNATIVEBYTES_UNSIGNED_BUFFER) < 0)
        return;
#else
    if (_PyLong_AsByteArray((PyLongObject *)number, bytes, (size_t)parts * 8, 1, 0) < 0)
        return;
#endif
    to_native(part, parts);
}

static Bits
as_bits(PyObject *number)
{
    Bits bits = {{0}};
    read_bits(number, bits.part, PARTS);
    return bits;
}

static Lists
as_lists(PyObject *number)
{
    Lists lists = {{0}};
    read_bits(number, lists.part, LIST_PARTS);
    return lists;
}

static Chars
as_chars(PyObject *number)
{
    Bits bits = as_bits(number);
    return (Chars){{bits.part[0], bits.part[1]}, (unsigned)bits.part[2]};
}

/* Return the bits as a Python number; they are spent. */
static PyObject *
as_number(uint64_t *part, int parts)
{
    while (parts && !part[parts - 1])
        parts--; /* most sets are empty, and a number of 500 bits takes 300 instructions */
    to_native(part, parts);
#if PY_VERSION_HEX >= 0x030D0000
    return PyLong_FromUnsignedNativeBytes(part, (size_t)parts * 8, Py_ASNATIVEBYTES_LITTLE_ENDIAN);
#else
    return _PyLong_FromByteArray((const unsigned char *)part, (size_t)parts * 8, 1, 0);
#endif
}

static inline int
lacks(Chars all, Chars some)
{
    return ((some.ascii[0] & ~all.ascii[0]) | (some.ascii[1] & ~all.ascii[1]) | (some.others & ~all.others)) != 0;
}

/* Words --------------------------------------------------------------------------------------------------------------- */

static inline uint64_t
hashed(uint64_t hash, Py_UCS4 c)
{
    hash = (hash ^ (c + 1)) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 29;
}

/* Tell whether the hash may be that of a prefix. */
static inline int
has_prefix(const Prefilter *prefilter, uint64_t hash)
{
    unsigned at = (unsigned)(hash >> 20) % PREFIXES;
    return prefilter->prefixes[at / 64] >> at % 64 & 1;
}

static inline void
enter_prefix(Prefilter *prefilter, uint64_t hash)
{
    unsigned at = (unsigned)(hash >> 20) % PREFIXES;
    prefilter->prefixes[at / 64] |= (uint64_t)1 << at % 64;
}

/* Return the slot of a prefix, or the empty slot for it. */
static inline Slot *
slot_of(const Prefilter *prefilter, uint64_t hash)
{
    uint32_t key = (uint32_t)(hash >> 32) | 1;
    size_t at = hash & (prefilter->size - 1);
    while (prefilter->slots[at].hash && prefilter->slots[at].hash != key)
        at = (at + 1) & (prefilter->size - 1);
    return &prefilter->slots[at];
}

/* Tell whether a word may end between two Latin characters: a number may follow letters, as in qq5527. */
static inline int
is_number_behind(Py_UCS4 letter, Py_UCS4 behind)
{
    return letter > '9' && behind <= '9';
}

static inline unsigned
couple_of(Py_UCS4 one, Py_UCS4 two)
{
    return (one * 0x9E3779B1u + two * 0x85EBCA77u) >> 14;
}

static inline int
has_couple(const Couples couples, Py_UCS4 one, Py_UCS4 two)
{
    unsigned at = couple_of(one, two);
    return couples[at / 64] >> at % 64 & 1;
}

static inline void
enter_couple(Couples couples, Py_UCS4 one, Py_UCS4 two)
{
    unsigned at = couple_of(one, two);
    couples[at / 64] |= (uint64_t)1 << at % 64;
}

/* Tell whether a Latin word goes on behind `at`. */
static inline int
goes_on(const Prefilter *prefilter, const Py_UCS4 *at, const Py_UCS4 *end)
{
    return at + 1 < end && at[0] < 0x80 && at[1] < 0x80 && prefilter->traits[at[0]] & prefilter->traits[at[1]] & LATIN &&
           !is_number_behind(at[0], at[1]);
}

static inline void
add_times(Times *times, const uint64_t *here)
{
    for (int i = 0; i < COUNTED_PARTS; i++) {
        times->thrice[i] |= times->twice[i] & here[i];
        times->twice[i] |= times->once[i] & here[i];
        times->once[i] |= here[i];
    }
}

/* Add the lists of the words that begin at `at` in a folded text: a word of one character, longer ones, or both. Their slots are
 * spread over more memory than the fast caches have, so what is no prefix is mostly told by its bit in `prefixes`. Amid a Latin word
 * words are only counted. */
static void
add_lists_from(const Prefilter *prefilter, const Py_UCS4 *at, const Py_UCS4 *end, int is_word, int is_longer, int is_amid, Own *own)
{
    uint64_t hash = 0, here[COUNTED_PARTS] = {0};
    const Py_UCS4 *stop = is_longer ? end : at + 1;
    for (int is_first = !is_word; at < stop; at++, is_first = 0) {
        hash = hashed(hash, *at);
        if (!is_first && !has_prefix(prefilter, hash))
            break;
        const Slot *slot = is_first ? NULL : slot_of(prefilter, hash);
        if (slot && !slot->hash)
            break;
        if (!slot || !slot->number)
            continue;
        const Lists *lists = &prefilter->sets[slot->number], *counted = &prefilter->counted[at + 1 == end];
        for (int i = 0; i < COUNTED_PARTS; i++)
            here[i] |= lists->part[i] & counted->part[i];
        if (is_amid || goes_on(prefilter, at, end))
            continue;
        for (int i = 0; i < LIST_PARTS; i++)
            own->lists.part[i] |= lists->part[i] & counted->part[i];
    }
    add_times(&own->times, here);
}

static inline unsigned
bit_of_mark(const Prefilter *prefilter, Py_UCS4 c)
{
    for (int i = 0; i < prefilter->named_number; i++)
        if (prefilter->named[i] == c)
            return (unsigned)NAMED << i;
    return ALL_MARKS;
}

static inline Chars
chars_of(const Prefilter *prefilter, int traits, Py_UCS4 c)
{
    if (c < 0x80)
        return (Chars){{c < 64 ? (uint64_t)1 << c : 0, c < 64 ? 0 : (uint64_t)1 << (c - 64)}, 0};
    return (Chars){{0, 0}, traits & HAN ? ALL_HAN : traits & MARK ? bit_of_mark(prefilter, c) : ALL_RARE};
}

/* Tell whether a character is a plain letter or a digit of any script. */
static inline int
is_plain(int traits, Py_UCS4 c)
{
    return c < 0x80 ? (traits & LATIN) || c == '.' || c == '/' || c == '@' || c == '_' || c == '-' : (c < 0x2000 || c >= 0x3100) && Py_UNICODE_ISDECIMAL(c);
}

/* Count the characters of a folded text by kinds. Most are Han. */
static Own
counted_chars(const Prefilter *prefilter, const Py_UCS4 *text, Py_ssize_t length)
{
    Own own = {.length = length};
    Py_ssize_t all_han = 0;
    if (length)
        own.first = chars_of(prefilter, *text < KNOWN ? prefilter->traits[*text] : 0, *text);
    for (Py_ssize_t at = 0; at < length; at++) {
        int traits = text[at] < KNOWN ? prefilter->traits[text[at]] : 0;
        if (traits & HAN)
            all_han++;
        else {
            Chars here = chars_of(prefilter, traits, text[at]);
            own.chars.ascii[0] |= here.ascii[0];
            own.chars.ascii[1] |= here.ascii[1];
            own.chars.others |= here.others;
            own.han += (here.others & ALL_RARE) != 0;
            own.plain += is_plain(traits, text[at]);
        }
    }
    own.han += all_han;
    own.foreign = length - all_han;
    own.chars.others |= all_han ? ALL_HAN : 0;
    return own;
}

/* Add the lists that have a word in a folded text. Most characters begin none. */
static void
add_lists_in(const Prefilter *prefilter, const Py_UCS4 *text, Py_ssize_t length, Own *own)
{
    int before = 0;
    for (Py_ssize_t at = 0; at < length; at++) {
        int traits = text[at] < KNOWN ? prefilter->traits[text[at]] : 0;
        int is_longer = at + 1 < length && has_couple(prefilter->couples, text[at], text[at + 1]);
        if (traits & IS_WORD || is_longer)
            add_lists_from(prefilter, text + at, text + length, traits & IS_WORD, is_longer, traits & before & LATIN, own);
        before = traits;
    }
}

static Own
looked_at(const Prefilter *prefilter, const Py_UCS4 *text, Py_ssize_t length)
{
    Own own = counted_chars(prefilter, text, length);
    add_lists_in(prefilter, text, length, &own);
    return own;
}

/* Tell whether a text, or a part of it, has the characters that a gate asks for. */
static int
fits(const Gate *gate, const Own *own, int is_for_part)
{
    if (own->length < gate->least || own->han < gate->han || own->foreign < gate->foreign || own->plain < gate->plain || lacks(own->chars, gate->must))
        return 0;
    return is_for_part || (own->length <= gate->most && !lacks(gate->chars, own->chars) && !lacks(gate->first, own->first));
}

/* Tell whether a text, or a part of it, may pass a gate. */
static int
admits(const Gate *gate, const Own *own, int is_for_part)
{
    for (int i = 0; i < gate->needing; i++)
        if (!meets(&own->lists, &gate->needs[i]))
            return 0;
    return has_times(&own->times, &gate->times) && fits(gate, own, is_for_part);
}

static inline Py_UCS4
folded(const WordFinder *self, Py_UCS4 c)
{
    return c < KNOWN ? c ^ self->spelling->table[c] : c;
}

static inline Class
class_of(const Class *classes, Py_UCS4 c)
{
    return c < PLANE ? classes[c] : ANY_CLASS;
}

/* Tell, from the classes of two neighbouring characters, whether an anchor may end here, or a bracket stands here. */
static inline unsigned
may_end(Class last, Class here)
{
    return last >> HALF & here;
}

static inline uint64_t
anchor_of(Py_UCS4 last, Py_UCS4 here)
{
    return (uint64_t)last << 32 | here;
}

static uint64_t
anchor_of_word(const Word *word)
{
    return anchor_of(word->anchor ? word->chars[word->anchor - 1] : EDGE, word->chars[word->anchor]);
}

static inline uint32_t
key_of_anchor(uint64_t anchor)
{
    return (uint32_t)(anchor * 0x9E3779B97F4A7C15u >> 16) | 1;
}

/* Return the slot of an anchor, or the empty slot for it. Two of three anchors that are asked for are no word's: only the hash is read. */
static Slot *
anchor_slot(const WordFinder *self, uint64_t anchor)
{
    uint32_t key = key_of_anchor(anchor);
    size_t at = (anchor * 0x9E3779B97F4A7C15u >> 32) & (self->room - 1);
    while (self->anchors[at].hash && (self->anchors[at].hash != key || anchor_of_word(&self->words[self->anchors[at].number - 1]) != anchor))
        at = (at + 1) & (self->room - 1);
    return &self->anchors[at];
}

/* Tell whether a character may be an anchor by itself. */
static inline int
is_single(const WordFinder *self, Py_UCS4 c)
{
    return c >= PLANE || (self->singles[c / 64] >> c % 64 & 1);
}

/* Tell whether a character behind another one may end an anchor, without a branch. */
static inline int
may_be_anchor(const WordFinder *self, const Couples couples, Py_UCS4 last, Py_UCS4 here)
{
    return (last >= PLANE) | has_couple(couples, last, here) | is_single(self, here);
}

static int note_word(Scan *s, Py_ssize_t from, Py_ssize_t number);

/* Append start and number of each word whose anchor ends at `at`; with a scan, to the scan's words. */
static int
note_words(const WordFinder *self, int kind, const void *data, Py_ssize_t end, Py_ssize_t at, PyObject *found, Scan *s)
{
    Py_UCS4 here = PyUnicode_READ(kind, data, at), last = at ? PyUnicode_READ(kind, data, at - 1) : EDGE;
    int may_be_single = is_single(self, here);
    uint64_t styled = anchor_of(EDGE, here);
    here = folded(self, here);
    last = last == EDGE ? EDGE : folded(self, last);
    uint64_t anchors[] = {anchor_of(last, here), anchor_of(EDGE, here), styled};
    for (int i = last == EDGE ? 1 : 0; i < (!may_be_single ? 1 : styled == anchors[1] ? 2 : 3); i++) {
        Py_ssize_t number = anchor_slot(self, anchors[i])->number;
        for (; number && number <= self->size && anchor_of_word(&self->words[number - 1]) == anchors[i]; number++) {
            const Word *word = &self->words[number - 1];
            Py_ssize_t from = at - word->anchor, j = 0;
            if (from < 0 || from + word->length > end)
                continue;
            while (j < word->length && folded(self, PyUnicode_READ(kind, data, from + j)) == word->chars[j])
                j++;
            if ((j == word->length || i == 2) && (s ? note_word(s, from, number - 1) : append(found, Py_BuildValue("(nn)", from, number - 1))))
                return -1;
        }
    }
    return 0;
}

/* Pairs --------------------------------------------------------------------------------------------------------------- */

static int
keep(Scan *s, Py_UCS4 c)
{
    Py_UCS4 *read = roomy(s->read, s->length, &s->room, sizeof(Py_UCS4));
    if (!read)
        return -1;
    s->read = read;
    read[s->length++] = c;
    return 0;
}

/* Read from `start` to `end`, but not the insides of the closed pairs from `first` on. */
static int
read_on(Scan *s, Py_ssize_t start, Py_ssize_t end, Py_ssize_t first)
{
    while (start < end) {
        if (first < s->closed.size && start == s->closed.items[first].start)
            start = s->closed.items[first++].end;
        else if (keep(s, next_char(s, &start)))
            return -1;
    }
    return 0;
}

/* Read a stretch of characters of two bytes, the most of Chinese texts, as the fold spells them. */
static int
read_plain(Scan *s, Py_ssize_t start, Py_ssize_t end)
{
    const Spelling *spelling = s->prefilter->spelling;
    const Py_UCS2 *data = (const Py_UCS2 *)s->data + start;
    unsigned char filler = 0;
    if (end - start > s->room) {
        Py_UCS4 *read = PyMem_Realloc(s->read, 2 * (size_t)(end - start) * sizeof(Py_UCS4));
        if (!read) {
            PyErr_NoMemory();
            return -1;
        }
        s->read = read;
        s->room = 2 * (end - start);
    }
    s->length = end - start;
    for (Py_ssize_t i = 0; i < s->length; i++) {
        Py_UCS4 c = s->read[i] = data[i] ^ spelling->table[data[i]];
        filler |= c < PLANE ? spelling->filler[c] : 0;
    }
    if (filler)
        s->length = without_filler(spelling, s->read, s->length);
    return 0;
}

/* Read a stretch and fold it, without the insides of the closed pairs from `first` on. */
static int
read_folded(Scan *s, Py_ssize_t start, Py_ssize_t end, Py_ssize_t first)
{
    const Spelling *spelling = s->prefilter->spelling;
    s->holds_line = 0;
    if (s->kind == PyUnicode_2BYTE_KIND && first == s->closed.size)
        return read_plain(s, start, end);
    s->length = 0;
    if (read_on(s, start, end, first))
        return -1;
    for (Py_ssize_t i = 0; i < s->length; i++)
        s->read[i] = read_as(spelling, s->read[i]);
    s->length = without_filler(spelling, s->read, s->length);
    return 0;
}

static int
may_be_alone(const Scan *s, Py_ssize_t start, Py_ssize_t end)
{
    int left, right;
    do
        left = traits_of(s->prefilter, before(s, &start));
    while (left & BLANK);
    if (!(left & BEFORE))
        return 0;
    do
        right = traits_of(s->prefilter, behind(s, &end));
    while (right & BLANK);
    return (right & BEHIND) != 0;
}

/* Return the spans from `first` on as a tuple of pairs of numbers. */
static PyObject *
inner(const Spans *closed, Py_ssize_t first)
{
    PyObject *all = PyTuple_New(closed->size - first);
    for (Py_ssize_t i = first; all && i < closed->size; i++) {
        PyObject *one = Py_BuildValue("(nn)", closed->items[i].start, closed->items[i].end);
        if (!one)
            Py_CLEAR(all);
        else
            PyTuple_SET_ITEM(all, i - first, one);
    }
    return all;
}

static PyObject *as_neighbour(Py_UCS4 c);

/* The NamedTuples of native/candidates.py. */
static PyTypeObject *candidate_type, *pair_type, *found_marks_type;

/* Make a NamedTuple from a tuple of its fields. Steals the reference to the tuple. */
static PyObject *
as_named(PyTypeObject *type, PyObject *fields)
{
    PyObject *args = fields ? PyTuple_Pack(1, fields) : NULL;
    PyObject *named = args ? PyTuple_Type.tp_new(type, args, NULL) : NULL;
    Py_XDECREF(args);
    Py_XDECREF(fields);
    return named;
}

/* Return what an answer of `places` says: -1 for an error. Steals the reference to the answer. */
static int
says(PyObject *answer)
{
    int said = answer ? PyObject_IsTrue(answer) : -1;
    Py_XDECREF(answer);
    return said;
}

/* Return the text for Python, a borrowed reference; NULL for an error. */
static PyObject *
text_of(Scan *s)
{
    if (!s->text)
        s->text = PyUnicode_FromKindAndData(s->kind, s->data, s->end);
    return s->text;
}

/* Tell whether a rule may speak about the own text that was read, by all that the rule sees of it; -1 for an error. To report a pair
 * in vain takes as long as five such questions, a line as long as ten, to parse a record for it as long as twenty. */
static int
may_speak(Scan *s, Bits gates, int is_line)
{
    PyObject *places = Py_XNewRef(s->prefilter->places);
    if (!places)
        return 1;
    PyObject *own = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, s->read, s->length), *number = as_number(gates.part, PARTS);
    int said = -1;
    if (own && number && is_line && text_of(s))
        said = says(PyObject_CallMethod(places, "may_speak_of_line", "OOOnn", own, number, s->text, s->said, s->said_end));
    else if (own && number && !is_line)
        said = says(PyObject_CallMethod(places, "may_speak", "OO", own, number));
    Py_XDECREF(own);
    Py_XDECREF(number);
    Py_DECREF(places);
    return said;
}

/* Tell whether a rule behind a gate may speak about a part of the last word's line around the word; -1 for an error. */
static int
may_speak_of_part(Scan *s, Bits gates, Py_ssize_t from)
{
    PyObject *places = Py_XNewRef(s->prefilter->places);
    if (!places)
        return 1;
    PyObject *number = text_of(s) ? as_number(gates.part, PARTS) : NULL;
    int said = number ? says(PyObject_CallMethod(places, "may_speak_of_part", "NOnnn", number, s->text, s->said, s->said_end, from)) : -1;
    Py_DECREF(places);
    return said;
}

/* Report a pair. */
static int
report(Scan *s, Py_ssize_t start, Py_ssize_t end, Bits gates, int is_alone, Py_ssize_t first)
{
    int may = may_speak(s, gates, 0);
    s->is_suspect |= may > 0 && !s->found;
    if (may <= 0 || !s->found)
        return may < 0 ? -1 : 0;
    Py_ssize_t left_at = start, opener_at = start, right_at = end;
    PyObject *left = as_neighbour(before(s, &left_at)), *right = as_neighbour(behind(s, &right_at));
    PyObject *opener = as_neighbour(next_char(s, &opener_at)), *inside = inner(&s->closed, first);
    return append(s->found, as_named(candidate_type, Py_BuildValue("(nnNNNNNN)", start, end, as_number(gates.part, PARTS),
                                                                   PyBool_FromLong(is_alone), opener, left, right, inside)));
}

/* Return the end of the first line that is surely not blank; the end of the text if all may be blank. */
static Py_ssize_t
first_line_end(Scan *s)
{
    int has_something = 0;
    for (Py_ssize_t at = 0, next = at; s->first_end < 0; at = next) {
        Py_UCS4 c = behind(s, &next);
        has_something = has_something || (c > ' ' && c < 0x7F) || (c > 0x3000 && c < 0xFE00);
        if (c == EDGE || (has_something && (c == '\n' || c == '\r')))
            s->first_end = at;
    }
    return s->first_end;
}

/* Tell whether signs may set four Han characters of a pair apart: some signs before each of three. `_APART_RE` of text/fold.py. */
static int
may_be_apart(const Scan *s, Py_ssize_t at, Py_ssize_t end)
{
    int gaps = 0, signs = SIGNS + 1; /* before the first one anything may stand */
    while (at < end && gaps < APART) {
        Py_UCS4 c = next_char(s, &at);
        signs++;
        if (traits_of(s->prefilter, read_as(s->prefilter->spelling, c)) & HAN) {
            gaps = signs > 1 && signs <= SIGNS + 1 ? gaps + 1 : 0;
            signs = 0;
        }
    }
    return gaps == APART;
}

static inline Py_ssize_t
at_most(Py_ssize_t number, Py_ssize_t most)
{
    return number < most ? number : most;
}

/* Return the gates, a bit each, for a pair of a kind with so many characters. A third of all pairs have none: (2008), (see below). */
static Bits
gates_for_numbers(const Prefilter *prefilter, const Own *own, int kind, int is_alone)
{
    Bits gates = {{0}};
    const uint64_t *by_length = prefilter->for_length[at_most(own->length, COUNTED - 1)], *by_han = prefilter->for_han[at_most(own->han, COUNTED - 1)],
                   *by_foreign = prefilter->for_foreign[at_most(own->foreign, COUNTED - 1)], *by_kind = prefilter->for_kind[kind - 1][is_alone];
    for (int j = 0; j < GATES / 64; j++)
        gates.part[j] = by_length[j] & by_han[j] & by_foreign[j] & by_kind[j];
    return gates;
}

/* Keep only the gates that a pair passes. Only those are tried that need no word, or first one of a list that it has. */
static Bits
gates_passed(Scan *s, const Bits *gates, Py_ssize_t start, Py_ssize_t end, const Own *own)
{
    const Prefilter *prefilter = s->prefilter;
    Bits passed = {{0}};
    uint64_t asked[GATES / 64];
    memcpy(asked, prefilter->wordless, sizeof asked);
    for (int i = 0; i < LIST_PARTS; i++)
        for (uint64_t left = own->lists.part[i]; left; left &= left - 1)
            for (int j = 0; j < GATES / 64; j++)
                asked[j] |= prefilter->asked[64 * i + lowest_bit(left)][j];
    for (int j = 0; j < GATES / 64; j++)
        for (uint64_t left = asked[j] & gates->part[j]; left; left &= left - 1) {
            const Gate *gate = &prefilter->gates[64 * j + lowest_bit(left)];
            if (admits(gate, own, 0) && (!gate->is_for_first_line || end <= first_line_end(s)) && (!gate->is_for_apart || may_be_apart(s, start, end)))
                passed.part[j] |= left & (~left + 1);
        }
    return passed;
}

/* Return a new reference to a neighbour for Python: "" at an edge of the line. */
static PyObject *
as_neighbour(Py_UCS4 c)
{
    return is_line_edge(c) ? PyUnicode_New(0, 0) : PyUnicode_FromOrdinal((int)c);
}

/* Return the class of the character on one side of a pair; -1 for an error. There are about a dozen classes. */
static int
class_beside(Prefilter *self, PyObject *places, int side, Py_UCS4 c)
{
    Py_UCS4 known = is_line_edge(c) ? PLANE : c < PLANE ? c : PLANE + 1;
    if (known <= PLANE && self->neighbours[side][known])
        return self->neighbours[side][known] - 1;
    PyObject *said = PyObject_CallMethod(places, "class_of", "iN", side, as_neighbour(c));
    long number = said ? PyLong_AsLong(said) : -1;
    Py_XDECREF(said);
    if (number < 0 || number >= CLASSES)
        return PyErr_Occurred() ? -1 : CLASSES;
    if (known <= PLANE && self->places == places)
        self->neighbours[side][known] = (unsigned char)(number + 1);
    return (int)number;
}

/* Keep only the gates for the place of a pair, as `places` tells them. Another thread may attach other places meanwhile: then all
 * gates are kept, for a number of a class is known only to the object that gave it. */
static int
narrow_by(Scan *s, PyObject *places, Py_ssize_t start, Py_ssize_t end, int kind, int is_alone, Bits *gates)
{
    Prefilter *self = (Prefilter *)s->prefilter;
    Py_ssize_t left_at = start, right_at = end, opener_at = start;
    int left = class_beside(self, places, 0, before(s, &left_at));
    int right = left < 0 ? -1 : class_beside(self, places, 1, behind(s, &right_at));
    if (left < 0 || right < 0)
        return -1;
    if (left == CLASSES || right == CLASSES || self->places != places)
        return 0;
    size_t at = (((size_t)!!is_alone * KINDS + (size_t)kind - 1) * CLASSES + (size_t)left) * CLASSES + (size_t)right;
    if (!self->is_told[at]) {
        PyObject *said = PyObject_CallMethod(places, "gates_at", "NNii", PyBool_FromLong(is_alone), as_neighbour(next_char(s, &opener_at)), left, right);
        if (!said)
            return -1;
        Bits told = as_bits(said);
        Py_DECREF(said);
        if (self->places != places)
            return PyErr_Occurred() ? -1 : 0;
        self->by_place[at] = told;
        self->is_told[at] = 1;
    }
    for (int i = 0; i < PARTS; i++)
        gates->part[i] &= self->by_place[at].part[i];
    return PyErr_Occurred() ? -1 : 0;
}

static int
narrow_by_place(Scan *s, Py_ssize_t start, Py_ssize_t end, int kind, int is_alone, Bits *gates)
{
    PyObject *places = Py_NewRef(s->prefilter->places);
    int failed = narrow_by(s, places, start, end, kind, is_alone, gates);
    Py_DECREF(places);
    return failed;
}

static inline int
sign_of_bracket(const Prefilter *prefilter, Py_UCS4 c)
{
    return c < PLANE ? prefilter->signs[c] : 0;
}

/* Tell whether a pair of [ and ] surely begins at a place: no other bracket stands in it. */
static int
begins_square(const Scan *s, Py_ssize_t at)
{
    Py_UCS4 c = behind(s, &at);
    if (c != '[')
        return 0;
    for (int i = 0; i < REFERENCE && !is_line_edge(c = behind(s, &at)) && !sign_of_bracket(s->prefilter, c); i++)
        ;
    return c == ']';
}

/* Tell whether a pair surely is a part of a link, an image or a note of Markdown, `_is_link` of text/markup.py: then it is no
 * parenthetical. Of 22,000 pairs in prose that pass a gate 15,000 are such. What the characters right beside a pair do not tell is left
 * to Python. */
static int
is_markup(const Scan *s, const Span *opener, Py_ssize_t end)
{
    Py_ssize_t left = opener->start, at = opener->start, inside = opener->end, right = end;
    Py_UCS4 sign = next_char(s, &at);
    if (opener->is_behind_square || sign != '[')
        return opener->is_behind_square && (sign == '(' || sign == '[');
    Py_UCS4 first = behind(s, &inside);
    return first == '^' || first == ':' || before(s, &left) == '!' || behind(s, &right) == '(' || begins_square(s, end);
}

/* Read what rules see of the line before a pair, folded. */
static int
read_before(Scan *s, Py_ssize_t at)
{
    Py_ssize_t start = at, next = at;
    for (int i = 0; i < CONTEXT && !is_line_edge(before(s, &next)); i++, start = next)
        ;
    return read_folded(s, start, at, s->closed.size);
}

/* Keep only those gates that need no word before a pair, or whose lists have one there, and read the pair's own text again. Of 2,400
 * pairs that pass a gate for a contact 1,600 would ask Python for a trade that is not named. */
static int
narrow_by_words_before(Scan *s, const Span *opener, Py_ssize_t start, Py_ssize_t first, Bits *gates)
{
    const Prefilter *prefilter = s->prefilter;
    Own left = {0};
    int is_known = 0;
    for (int i = 0; i < GATES / 64; i++)
        for (uint64_t bits = gates->part[i] & prefilter->with_before[i]; bits; bits &= bits - 1) {
            const uint64_t *lists = prefilter->gates[64 * i + lowest_bit(bits)].before, *once = left.times.once;
            if (!is_known && read_before(s, opener->start))
                return -1;
            if (!is_known)
                add_lists_in(prefilter, s->read, s->length, &left);
            is_known = 1;
            if (!(lists[0] & once[0]) && !(lists[1] & once[1]))
                gates->part[i] &= ~(bits & (~bits + 1));
        }
    return is_known && !is_empty(*gates) ? read_folded(s, opener->end, start, first) : 0;
}

/* Report a pair if a gate admits it; `first` is the first of the closed pairs inside it. */
static int
ask_gates_for_pair(Scan *s, const Span *opener, Py_ssize_t start, Py_ssize_t end, Py_ssize_t first)
{
    if (read_folded(s, opener->end, start, first))
        return -1;
    Own own = counted_chars(s->prefilter, s->read, s->length);
    int is_alone = may_be_alone(s, opener->start, end);
    Bits gates = gates_for_numbers(s->prefilter, &own, opener->kind, is_alone);
    if (!is_empty(gates) && s->prefilter->places && narrow_by_place(s, opener->start, end, opener->kind, is_alone, &gates))
        return -1;
    if (is_empty(gates))
        return 0;
    add_lists_in(s->prefilter, s->read, s->length, &own);
    gates = gates_passed(s, &gates, opener->start, end, &own);
    if (narrow_by_words_before(s, opener, start, first, &gates))
        return -1;
    return is_empty(gates) ? 0 : report(s, opener->start, end, gates, is_alone, first);
}

/* Pair the last open bracket of `kind` with the closing one at `start`. Brackets opened in between get no partner. */
static int
close_pair(Scan *s, int kind, Py_ssize_t start, Py_ssize_t end)
{
    Span opener;
    do {
        opener = s->open.items[--s->open.size];
        s->waiting[opener.kind]--;
    } while (opener.kind != kind);
    Py_ssize_t first = s->closed.size, opened = opener.start, closed = start;
    while (first && s->closed.items[first - 1].start > opener.start)
        first--;
    if (!is_markup(s, &opener, end) && ask_gates_for_pair(s, &opener, start, end, first))
        return -1;
    if (next_char(s, &opened) == '[' && next_char(s, &closed) == ']')
        s->squared = end;
    s->closed.size = first;
    return push(&s->closed, opener.start, end, kind);
}

static void
end_line(Scan *s)
{
    s->open.size = s->closed.size = 0;
    memset(s->waiting, 0, sizeof s->waiting);
}

/* Tell whether a stretch contains a line end. */
static int
has_line_end(const Scan *s, Py_ssize_t start, Py_ssize_t end)
{
    int found = 0;
    if (s->kind == PyUnicode_2BYTE_KIND) {
        for (const Py_UCS2 *p = (const Py_UCS2 *)s->data + start; p < (const Py_UCS2 *)s->data + end; p++)
            found |= (*p == '\n') | (*p == '\r');
        return found;
    }
    for (; start < end && !found; start++)
        found = PyUnicode_READ(s->kind, s->data, start) == '\n' || PyUnicode_READ(s->kind, s->data, start) == '\r';
    return found;
}

/* Enter a bracket. No pair crosses a line end: line ends since the last bracket are searched now, if they matter. */
static int
step(Scan *s, int sign, Py_ssize_t start, Py_ssize_t end)
{
    if (!s->open.size)
        s->closed.size = 0; /* they are in no other pair */
    else if (has_line_end(s, s->reached, start))
        end_line(s);
    s->reached = end;
    if (sign > 0) {
        s->waiting[sign]++;
        if (push(&s->open, start, end, sign))
            return -1;
        s->open.items[s->open.size - 1].is_behind_square = start > 0 && start == s->squared;
        return 0;
    }
    return s->waiting[-sign] ? close_pair(s, -sign, start, end) : 0;
}

/* Lines --------------------------------------------------------------------------------------------------------------- */

/* Tell of the words of the last line if a gate admits it. Of 1,000 words 50 are told of. */
static int
end_words(Scan *s)
{
    for (Py_ssize_t i = 0; (s->is_line_kept || s->is_rest_kept) && i < s->hits.size; i++)
        if (append(s->places, Py_BuildValue("(ni)", s->hits.items[i].start, s->hits.items[i].kind)))
            return -1;
    s->hits.size = 0;
    return 0;
}

/* Begin with a text of so many characters of a kind. */
static void
begin_text(Scan *s, int kind, const void *data, Py_ssize_t end)
{
    s->kind = kind;
    s->data = data;
    s->end = end;
    s->finder = kind == PyUnicode_1BYTE_KIND ? NULL : s->prefilter->finder; /* no Han characters */
    s->reached = s->squared = 0;
    s->first_end = s->foot = s->line_end = -1;
    s->is_line_kept = s->is_rest_kept = s->is_suspect = s->has_entity = 0;
    end_line(s);
}

/* Tell whether one of AHEAD characters is a line end. Branchless, so that compilers vectorise it. */
static inline int
has_end_ahead(const Py_UCS2 *p)
{
    int found = 0;
    for (int i = 0; i < AHEAD; i++)
        found |= (p[i] == '\n') | (p[i] == '\r');
    return found;
}

/* Find the last word's line in a text of characters of two bytes, the most of Chinese texts, and what is in it without the blanks
 * around. */
static void
find_plain_line(Scan *s, Py_ssize_t at, Py_ssize_t least, Py_ssize_t *start, Py_ssize_t *stop)
{
    const Prefilter *prefilter = s->prefilter;
    const Py_UCS2 *data = s->data;
    for (s->line = at; s->line - AHEAD >= least && !has_end_ahead(data + s->line - AHEAD);)
        s->line -= AHEAD;
    while (s->line > least && data[s->line - 1] != '\n' && data[s->line - 1] != '\r')
        s->line--;
    for (s->line_end = at; s->line_end + AHEAD <= s->end && !has_end_ahead(data + s->line_end);)
        s->line_end += AHEAD;
    while (s->line_end < s->end && data[s->line_end] != '\n' && data[s->line_end] != '\r')
        s->line_end++;
    for (*start = s->line; *start < s->line_end && prefilter->traits[data[*start]] & BLANK;)
        (*start)++;
    for (*stop = s->line_end; *stop > *start && prefilter->traits[data[*stop - 1]] & BLANK;)
        (*stop)--;
    s->line_length = *stop - *start;
}

/* Find the last word's line, and what is in it without the blanks around. */
static void
find_line(Scan *s, Py_ssize_t at, Py_ssize_t least, Py_ssize_t *start, Py_ssize_t *stop)
{
    const Prefilter *prefilter = s->prefilter;
    Py_ssize_t next = at, length = 0;
    for (s->line = at; s->line > least && !is_line_edge(before(s, &next)); s->line = next)
        ;
    for (s->line_end = next = at; !is_line_edge(behind(s, &next)); s->line_end = next)
        ;
    for (*start = next = s->line; next < s->line_end && traits_of(prefilter, next_char(s, &next)) & BLANK; *start = next)
        ;
    s->line_length = 0;
    for (next = *stop = *start; next < s->line_end && s->line_length <= prefilter->longest_line;) {
        Py_UCS4 c = next_char(s, &next);
        length++;
        if (!(traits_of(prefilter, c) & BLANK)) {
            *stop = next;
            s->line_length = length;
        }
    }
}

/* Begin with the line that holds a place. */
static int
begin_words(Scan *s, Py_ssize_t at)
{
    if (s->places && end_words(s))
        return -1;
    Py_ssize_t least = s->line_end < 0 ? 0 : s->line_end;
    s->is_line_kept = s->is_line_read = s->is_line_listed = s->is_line_met = 0;
    s->line_asked = (Bits){{0}};
    if (s->kind == PyUnicode_2BYTE_KIND)
        find_plain_line(s, at, least, &s->said, &s->said_end);
    else
        find_line(s, at, least, &s->said, &s->said_end);
    s->walked = s->sentence = s->said;
    s->depth = 0;
    s->passed = EDGE;
    return 0;
}

/* Look at the last word's line for its signs and its filler, once. They say of eight lines of ten that no gate admits them, in a
 * tenth of the time that reading takes. */
static void
meet_line(Scan *s)
{
    const unsigned char *sign_of = s->prefilter->sign_of;
    Py_ssize_t filler = 0;
    if (s->is_line_met)
        return;
    s->is_line_met = 1;
    s->signs = 0;
    if (s->kind == PyUnicode_2BYTE_KIND)
        for (const Py_UCS2 *p = (const Py_UCS2 *)s->data + s->said, *end = (const Py_UCS2 *)s->data + s->said_end; p < end; p++) {
            s->signs |= (uint64_t)1 << (sign_of[*p] & LAST_SIGN);
            filler += sign_of[*p] / IS_FILLER;
        }
    else
        for (Py_ssize_t next = s->said; next < s->said_end;) {
            Py_UCS4 c = next_char(s, &next);
            s->signs |= c < PLANE ? (uint64_t)1 << (sign_of[c] & LAST_SIGN) : ALL;
            filler += c < PLANE ? sign_of[c] / IS_FILLER : 0;
        }
    s->line_least = s->line_length - filler;
}

/* Read the last word's line, once, if it is no longer than the longest, and count its characters. */
static int
read_line(Scan *s)
{
    if (s->is_line_read)
        return 0;
    s->is_line_read = 1;
    s->line_own.length = -1;
    if (s->line_length > s->prefilter->longest_line)
        return 0;
    if (read_folded(s, s->said, s->said_end, s->closed.size))
        return -1;
    s->line_own = counted_chars(s->prefilter, s->read, s->length);
    s->holds_line = 1;
    return 0;
}

/* Read the last word's line again if something else was read meanwhile. */
static int
hold_line(Scan *s)
{
    int failed = !s->holds_line && read_folded(s, s->said, s->said_end, s->closed.size);
    s->holds_line = !failed;
    return failed ? -1 : 0;
}

/* Look for the words of lists in the last word's line, which was read, once. */
static int
list_line(Scan *s)
{
    if (s->is_line_listed)
        return 0;
    s->is_line_listed = 1;
    if (hold_line(s))
        return -1;
    add_lists_in(s->prefilter, s->read, s->length, &s->line_own);
    return 0;
}

/* Tell whether the last word's line may be the heading of links at the text's end. */
static int
may_head_links(const Scan *s)
{
    Py_ssize_t length = 0, next = s->line_end, most = s->prefilter->links;
    Py_UCS4 c;
    if (s->line_length > s->prefilter->longest_heading)
        return 0;
    while (length <= most && (c = behind(s, &next)) != EDGE)
        if (!Py_UNICODE_ISSPACE(c))
            length = next - s->line_end;
    return length <= most;
}

static inline int
is_filler(const Spelling *spelling, Py_UCS4 c)
{
    return c < PLANE && filler_of(spelling, c ^ spelling->table[c]);
}

/* Look at what of the last word's line may be one part of so many characters, filler apart, with a word that begins at `from`. */
static int
look_around(Scan *s, Py_ssize_t from, Py_ssize_t most, Own *own)
{
    const Spelling *spelling = s->prefilter->spelling;
    Py_ssize_t start = from, end = from, left, reach = s->prefilter->longest_line + 2, all = reach;
    Py_UCS4 c;
    most = most < reach ? most + 2 : reach;
    left = most;
    for (Py_ssize_t next = from; left && all-- && !is_line_edge(c = before(s, &next)); start = next)
        left -= !is_filler(spelling, c);
    all = reach + LONGEST_WORD;
    left = most;
    for (Py_ssize_t next = from; left && all-- && !is_line_edge(c = behind(s, &next)); end = next)
        left -= !is_filler(spelling, c);
    if (read_folded(s, start, end, s->closed.size))
        return -1;
    *own = looked_at(s->prefilter, s->read, s->length);
    return 0;
}

/* Tell whether a character may belong to an address, so that a mark beside it ends no sentence: www。example。com, ?id=7. */
static inline int
is_of_address(Py_UCS4 c)
{
    return c < 0x80 && (Py_ISALNUM(c) || c == '_' || c == '/');
}

/* Walk over the next character of the last word's line, and tell whether it surely ends a sentence, to text/sentences.py, and parts
 * clauses: no bracket is open around it, and it belongs to no address. */
static int
walk_on(Scan *s, Py_ssize_t *at, int *depth, Py_UCS4 *passed)
{
    const Prefilter *prefilter = s->prefilter;
    Py_UCS4 c = next_char(s, at), left = *passed;
    int sign = c < PLANE ? prefilter->signs[c] : 0;
    Py_ssize_t next = *at;
    *depth += sign > 0 ? 1 : sign < 0 && *depth ? -1 : 0;
    *passed = c;
    return c < PLANE && prefilter->traits[c] & ENDS && !*depth && !is_of_address(left) && !is_of_address(behind(s, &next));
}

/* Find the sentence of the last word's line around a word: no sentence, and no clause between marks, reaches farther. Words come
 * in order, so that the line is walked once. Return 0 for a word from which that is not known. */
static int
find_sentence(Scan *s, Py_ssize_t from, Py_ssize_t *start, Py_ssize_t *end)
{
    const Prefilter *prefilter = s->prefilter;
    Py_ssize_t next = from, longest = prefilter->longest_line, left = longest;
    Py_UCS4 c = from < s->said_end ? next_char(s, &next) : EDGE;
    if (from < s->walked || !(traits_of(prefilter, read_as(prefilter->spelling, c)) & (HAN | LATIN)))
        return 0;
    while (s->walked < from)
        if (walk_on(s, &s->walked, &s->depth, &s->passed))
            s->sentence = s->walked;
    *start = s->sentence;
    if (from - *start > longest) /* no part reaches so far back: a sentence of 80 kB with 20,000 words took 11 s */
        *start = from - longest;
    int depth = s->depth, is_over = 0;
    c = s->passed;
    for (*end = from; *end < s->said_end && left-- && !is_over;)
        is_over = walk_on(s, end, &depth, &c);
    while (*end < s->said_end && (next = *end, !(traits_of(prefilter, read_as(prefilter->spelling, next_char(s, &next))) & (HAN | LATIN))))
        *end = next; /* its other marks */
    return 1;
}

/* Tell whether a mark that frames parts of lines stands close before a word. */
static int
may_be_framed(const Scan *s, Py_ssize_t from)
{
    for (int i = 0; i <= FRAMED && from > s->said; i++) {
        Py_UCS4 c = before(s, &from);
        if (c < PLANE && s->prefilter->frames[c / 64] >> c % 64 & 1)
            return 1;
    }
    return 0;
}

/* Tell whether a word may stand in a note: in the last sentences of its line, and no farther from its end than the longest line. */
static int
may_be_in_note(Scan *s, Py_ssize_t from)
{
    int depth = s->depth, ends = 0, was_end = 0;
    Py_UCS4 passed = s->passed;
    if (s->said_end - from > s->prefilter->longest_line)
        return 0;
    for (Py_ssize_t at = from; at < s->said_end && ends <= NOTES;) {
        int is_end = walk_on(s, &at, &depth, &passed);
        ends += is_end && !was_end;
        was_end = is_end || (was_end && !(traits_of(s->prefilter, passed) & HAN));
    }
    return ends <= NOTES;
}

/* Look at the sentence around a word. Return 0 if a part around the word may reach farther. */
static int
look_at_sentence(Scan *s, Py_ssize_t from, Own *own)
{
    Py_ssize_t start, end;
    if (!find_sentence(s, from, &start, &end) || may_be_framed(s, from))
        return 0;
    if (read_folded(s, start, end, s->closed.size))
        return -1;
    *own = looked_at(s->prefilter, s->read, s->length);
    return 1;
}

/* Tell whether a mark that joins parts of titles stands in the last word's line. */
static int
may_be_joined(const Scan *s)
{
    for (Py_ssize_t at = s->said; at < s->said_end;) {
        Py_UCS4 c = next_char(s, &at);
        if (c < PLANE && s->prefilter->joints[c / 64] >> c % 64 & 1)
            return 1;
    }
    return 0;
}

/* Return the start of the text's foot, `_foot` of text/lines.py, or of a line before it. */
static Py_ssize_t
foot(Scan *s)
{
    Py_ssize_t lines = 0;
    int has_something = 0;
    for (Py_ssize_t at = s->end, next = at; s->foot < 0; at = next) {
        Py_UCS4 c = before(s, &next);
        lines += has_something && is_line_edge(c);
        has_something = !is_line_edge(c) && (has_something || !Py_UNICODE_ISSPACE(c));
        if (c == EDGE || lines == s->prefilter->foot)
            s->foot = at;
    }
    return s->foot;
}

/* Tell whether so many Han characters of the last word's line, which is held, as a gate asks for are of its alphabets. */
static int
has_shares(const Scan *s, const Gate *gate)
{
    for (int i = 0; i < SHARES && gate->shares[i]; i++) {
        Py_ssize_t found = 0;
        for (Py_ssize_t at = 0; at < s->length; at++)
            found += s->read[at] >= PLANE || (s->prefilter->alphabets[s->read[at]] & gate->alphabets[i]);
        if (found * 100 < (s->line_own.length - s->line_own.foreign) * gate->shares[i])
            return 0;
    }
    return 1;
}

/* Tell whether a line may be where a gate asks for one: the first line, or one of the foot. */
static int
is_at_edge(Scan *s, const Gate *gate)
{
    return (!gate->is_for_first_line && !gate->is_for_edges) || s->line <= first_line_end(s) ||
           (!gate->is_for_first_line && s->line >= foot(s));
}

/* Tell whether a gate for whole lines, or for parts of titles, admits the last word's line, which was read. */
static int
admits_line(Scan *s, const Gate *gate)
{
    return gate->is_for_lines && s->line_own.length >= 0 && admits(gate, &s->line_own, 0) && is_at_edge(s, gate) &&
           (!gate->is_for_joined || may_be_joined(s)) && has_shares(s, gate);
}

/* Tell whether a rule behind one of the gates may speak about the last word's line as a whole; -1 for an error. Each gate is asked
 * once, however many words the line has. */
static int
may_speak_of_line(Scan *s, const Bits *gates)
{
    Bits asked = {{0}};
    if (s->line_own.length >= 0 && hold_line(s))
        return -1;
    for (int part = 0; part < LINE_GATES / 64; part++)
        for (uint64_t bits = gates->part[part] & ~s->line_asked.part[part]; bits; bits &= bits - 1)
            if (admits_line(s, &s->prefilter->line_gates[64 * part + lowest_bit(bits)]))
                asked.part[part] |= bits & (~bits + 1);
    for (int part = 0; part < LINE_GATES / 64; part++)
        s->line_asked.part[part] |= gates->part[part];
    return is_empty(asked) ? 0 : may_speak(s, asked, 1);
}

/* Tell whether a gate admits what so many characters around a word are; -1 for an error. */
static int
admits_around(Scan *s, const Gate *gate, const Own *around, Py_ssize_t reach, Py_ssize_t from)
{
    const Own *own = &s->line_own;
    if (!admits(gate, around, 1))
        return 0;
    if (own->length < 0 ? gate->most >= reach : gate->most >= own->length)
        return 1; /* it has been looked at as far as that, and no farther */
    Own part;
    return look_around(s, from, gate->most, &part) ? -1 : admits(gate, &part, 1);
}

/* Tell whether a rule behind one of the gates may be about a part of a line with a word that begins at `from`; -1 for an error. */
static int
may_be_about_part(Scan *s, const Bits *gates, const Own *around, Py_ssize_t reach, Py_ssize_t from)
{
    Own sentence;
    Bits asked = {{0}};
    int is_known = -1, is_in_note = -1, may; /* is_known: of the sentence */
    for (int part = 0; part < LINE_GATES / 64; part++)
        for (uint64_t bits = gates->part[part]; bits; bits &= bits - 1) {
            const Gate *gate = &s->prefilter->line_gates[64 * part + lowest_bit(bits)];
            may = gate->is_for_parts ? admits_around(s, gate, around, reach, from) : 0;
            if (may < 0 || (may && is_known < 0 && (is_known = look_at_sentence(s, from, &sentence)) < 0))
                return -1;
            if (may && !is_known)
                return 1;
            if (may && !admits(gate, &sentence, 1)) {
                is_in_note = gate->is_for_notes && is_in_note < 0 ? may_be_in_note(s, from) : is_in_note;
                may = gate->is_for_notes && is_in_note;
            }
            asked.part[part] |= may ? bits & (~bits + 1) : 0;
        }
    return is_empty(asked) ? 0 : may_speak_of_part(s, asked, from);
}

/* Tell whether a bracket stands close before a letter, and one behind it: no reading has more letters. */
static int
may_be_reading(const Scan *s, Py_ssize_t at)
{
    const signed char *signs = s->prefilter->signs;
    Py_ssize_t left = at, right = at;
    Py_UCS4 c = 0, d = 0;
    for (int i = 0; i < READING && !(c < PLANE && signs[c] > 0); i++)
        c = before(s, &left);
    for (int i = 0; i <= READING && !(d < PLANE && signs[d] < 0); i++)
        d = behind(s, &right);
    return c < PLANE && d < PLANE && signs[c] > 0 && signs[d] < 0;
}

static int
is_plain_letter(Py_UCS4 c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Tell whether a character is a sign of tone, which to Unicode is a letter. */
static int
is_tone(Py_UCS4 c)
{
    return c == 0x02CA || c == 0x02CB || c == 0x3128;
}

/* Tell whether a character is read as a letter or a digit: ⓦ is a sign to Unicode. */
static int
reads_as_letter(const Scan *s, Py_UCS4 c)
{
    Py_UCS4 read = read_as(s->prefilter->spelling, c);
    return Py_UNICODE_ISALNUM(read) && !is_tone(c);
}

static int
is_sign(const Scan *s, Py_UCS4 c)
{
    return c < PLANE && is_single(s->prefilter->finder, c) && !reads_as_letter(s, c);
}

/* Tell whether a character may be another letter of a hidden address. Of one beyond the tables it is not known. */
static int
may_be_letter(const Scan *s, Py_UCS4 c)
{
    Py_UCS4 read = c < PLANE ? read_as(s->prefilter->spelling, c) : c; /* the macro reads its argument several times */
    return c != EDGE && (c >= PLANE || (Py_UNICODE_ISALNUM(read) && !is_han(c)));
}

/* Tell whether another letter of a hidden address may stand beside a place, or a lone one behind a point or a blank. `next` steps on from
 * the place, `at` is behind the character `c` beside it. */
static int
has_letter_beside(const Scan *s, Py_UCS4 c, Py_ssize_t at, Py_UCS4 (*next)(const Scan *, Py_ssize_t *))
{
    Py_UCS4 read = c < PLANE ? read_as(s->prefilter->spelling, c) : c;
    if (read != '.' && read != ' ')
        return may_be_letter(s, c);
    return may_be_letter(s, next(s, &at)) && !may_be_letter(s, next(s, &at));
}

/* Tell whether a sign or letter at a place may hide something, as text/hidden.py has it: a Greek letter beside another, a wide one near a plain
 * one, a sign beside a Han character and near another sign. */
static int
may_hide(Scan *s, Py_ssize_t from)
{
    Py_ssize_t left = from, right = from;
    Py_UCS4 here = behind(s, &right), c = before(s, &left), d = behind(s, &right);
    int is_letter = here >= PLANE || reads_as_letter(s, here), is_of_title = here == 0x3008 || here == 0x3009;
    int near = is_of_title ? NEAR_IN_TITLE : NEAR;
    if (here >= 0xFF21 && here <= 0xFF5A)
        return is_plain_letter(c) || is_plain_letter(d) ||
               (c != EDGE && is_plain_letter(before(s, &left))) || (d != EDGE && is_plain_letter(behind(s, &right)));
    if (is_letter && (here < 0x0370 || here >= 0x0530)) /* Greek and Cyrillic */
        return 1;
    if (is_letter)
        return has_letter_beside(s, c, left, before) || has_letter_beside(s, d, right, behind);
    if (!is_han(c) && !is_han(d))
        return 0;
    for (int i = 0; i < near; i++) {
        if (is_sign(s, c) || is_sign(s, d))
            return 1;
        c = c == EDGE ? EDGE : before(s, &left);
        d = d == EDGE ? EDGE : behind(s, &right);
    }
    return 0;
}

/* Tell whether what begins at a place is a word in w that begins no address, or a mark of prose behind a word: 走了。小说. `_is_idle` of
 * text/hidden.py. */
static int
is_idle(Scan *s, Py_ssize_t from)
{
    const Prefilter *prefilter = s->prefilter;
    Py_ssize_t right = from, left = from;
    Py_UCS4 here = behind(s, &right), c = behind(s, &right);
    int letters = 0, is_w = read_as(prefilter->spelling, c) == 'w';
    for (int i = 0; is_w && i < WWW && c != EDGE; i++, c = behind(s, &right))
        letters += read_as(prefilter->spelling, c) == 'w';
    if (is_w)
        return letters < 3;
    int is_mark = here < PLANE && prefilter->prose[here / 64] >> here % 64 & 1;
    Py_UCS4 d = before(s, &left), e = before(s, &left); /* the macro reads its argument several times */
    return is_mark && Py_UNICODE_ISALNUM(d) && Py_UNICODE_ISALNUM(e);
}

/* Tell whether a gate is for the first line alone. */
static int
is_for_head(const Gate *gate)
{
    return gate->is_for_first_line && !gate->is_for_parts && !gate->is_for_links;
}

/* Tell whether no whole line with these signs, and no part of one, can pass a gate, or whether the line is too long for it. */
static int
is_ruled_out(Scan *s, const Gate *gate)
{
    if (gate->is_for_links)
        return 0;
    meet_line(s);
    for (int i = 0; i < gate->needing; i++)
        if (!(gate->signs[i] & s->signs))
            return 1;
    return !gate->is_for_parts && s->line_least > gate->most;
}

/* Tell whether a character may end a sentence, to text/sentences.py. */
static inline int
may_end_sentence(const Scan *s, Py_UCS4 c)
{
    return c == '.' || c == 0x201D || c == 0x300D || c == 0x300F || (c < PLANE && s->prefilter->traits[c] & ENDS);
}

/* Tell whether a word may stand behind the last sentence of its line, and the line end otherwise than a sentence does. Of a line that is
 * not read to its end that is not known. */
static int
may_be_in_stub(const Scan *s, Py_ssize_t from)
{
    Py_ssize_t at = s->said_end, left = STUB;
    Py_UCS4 c = before(s, &at);
    if (s->kind != PyUnicode_2BYTE_KIND && s->line_length > s->prefilter->longest_line)
        return 1;
    if (s->said_end - from > STUB)
        return 0;
    while (c < PLANE && at > s->said && s->prefilter->signs[c] < 0)
        c = before(s, &at);
    if (c < PLANE && s->prefilter->traits[c] & ENDS)
        return 0;
    for (c = 0; left-- && from > s->said && !may_end_sentence(s, c);)
        c = before(s, &from);
    return may_end_sentence(s, c);
}

/* Return the gates that may be for the last word's line by where it stands, by its signs and by its length. */
static Bits
gates_for_line(Scan *s, const Bits *gates, Py_ssize_t from)
{
    Bits left = *gates;
    int is_in_stub = -1;
    for (int part = 0; part < LINE_GATES / 64; part++)
        for (uint64_t bits = gates->part[part]; bits; bits &= bits - 1) {
            const Gate *gate = &s->prefilter->line_gates[64 * part + lowest_bit(bits)];
            is_in_stub = gate->is_for_stubs && is_in_stub < 0 ? may_be_in_stub(s, from) : is_in_stub;
            if ((is_for_head(gate) && s->line > first_line_end(s)) || (gate->is_for_stubs && !is_in_stub) || is_ruled_out(s, gate))
                left.part[part] &= ~(bits & (~bits + 1));
        }
    left.part[LINE_GATES / 64] = 0;
    return left;
}

/* Return those of the gates that may be for the last word's line, which was read, by its characters. */
static Bits
gates_that_fit(const Scan *s, const Bits *gates)
{
    Bits left = *gates;
    for (int part = 0; part < LINE_GATES / 64; part++)
        for (uint64_t bits = gates->part[part]; bits; bits &= bits - 1) {
            const Gate *gate = &s->prefilter->line_gates[64 * part + lowest_bit(bits)];
            if (!gate->is_for_links && !fits(gate, &s->line_own, gate->is_for_parts))
                left.part[part] &= ~(bits & (~bits + 1));
        }
    return left;
}

/* Ask the gates for parts of lines about a word that begins at `from`, until one of them keeps its line. */
static int
ask_gates_for_parts(Scan *s, const Bits *gates, Py_ssize_t from)
{
    const Gate *all = s->prefilter->line_gates;
    Own around = s->line_own;
    Py_ssize_t most = 0;
    if (around.length < 0) { /* of a longer line a part may be planted */
        for (int i = 0; i < s->prefilter->line_number; i++)
            if (has_bit(gates, i) && all[i].is_for_parts && all[i].most > most)
                most = all[i].most;
        if (look_around(s, from, most, &around))
            return -1;
    }
    int may = may_be_about_part(s, gates, &around, most, from);
    s->is_line_kept = may > 0;
    return may < 0 ? -1 : 0;
}

/* Ask the gates for a word that begins at `from`, until one of them keeps its line. */
static int
ask_gates(Scan *s, const Bits *of_word, Py_ssize_t from)
{
    Bits gates = gates_for_line(s, of_word, from);
    if (is_empty(gates))
        return 0;
    if (read_line(s))
        return -1;
    if (s->line_own.length >= 0) {
        gates = gates_that_fit(s, &gates);
        if (is_empty(gates))
            return 0;
        if (list_line(s))
            return -1;
    }
    for (int part = 0; part < LINE_GATES / 64; part++)
        for (uint64_t bits = gates.part[part]; bits && !s->is_rest_kept; bits &= bits - 1)
            s->is_rest_kept = s->prefilter->line_gates[64 * part + lowest_bit(bits)].is_for_links && may_head_links(s);
    if (s->is_rest_kept)
        return 0;
    int asked = may_speak_of_line(s, &gates);
    s->is_line_kept = asked > 0;
    return asked < 0 ? -1 : asked ? 0 : ask_gates_for_parts(s, &gates, from);
}

/* Record the start of a word, and whether a gate admits its line. A word of readings has its brackets in it: 是(shi).
 * Of 1,000 words of the rules' 600 are for the first line alone. */
static int
note_word(Scan *s, Py_ssize_t from, Py_ssize_t number)
{
    const Prefilter *prefilter = s->prefilter;
    if (prefilter->is_for_head[number] && from > first_line_end(s))
        return 0;
    if ((from >= s->line_end || s->line_end < 0) && begin_words(s, from))
        return -1;
    if (s->places && push(&s->hits, from, from, (int)number))
        return -1;
    if (s->is_line_kept || s->is_rest_kept)
        return 0;
    const Bits *gates = &prefilter->by_word[number];
    int is_single = prefilter->finder->words[number].length == 1;
    s->is_line_kept = (has_bit(gates, TOLD) && (is_single ? may_hide(s, from) : !is_idle(s, from))) || (has_bit(gates, LETTER) && (!is_single || may_be_reading(s, from)));
    return s->is_line_kept ? 0 : ask_gates(s, gates, from);
}

/* Tell whether an entity of text/entities.py may begin: a number, or a name such as lpar or rsqb. */
static int
may_be_entity(const Scan *s, Py_ssize_t at)
{
    static const char NAMES[] = "par sqb bra cub";
    char name[4] = {0};
    Py_ssize_t next = at + 1;
    Py_UCS4 side = behind(s, &next);
    for (int i = 0; i < 3; i++) {
        Py_UCS4 c = behind(s, &next);
        name[i] = c < 0x80 ? (char)c : 0;
    }
    return side == '#' || ((side == 'l' || side == 'r') && strlen(name) == 3 && strstr(NAMES, name));
}

enum { BLOCK = 1024 }; /* the number of characters that are tested together */

/* Look at the brackets, and at the ends of anchors. The places of a block are first gathered, by classes and then by couples: to branch
 * at each of three places in 100 takes longer than to test ten characters, for it cannot be foretold which they are. */
#define SCAN(type)                                                                                       \
    const Prefilter *prefilter = s->prefilter;                                                           \
    const WordFinder *finder = s->finder;                                                                \
    const type *data = s->data;                                                                          \
    const uint64_t *couples = finder ? finder->couples : NULL;                                           \
    Class last = FIRST;                                                                                  \
    for (Py_ssize_t start = 0; start < s->end && !s->is_suspect; start += BLOCK) {                       \
        uint16_t places[BLOCK];                                                                          \
        int size = s->end - start < BLOCK ? (int)(s->end - start) : BLOCK, found = 0, left = 0;          \
        if (finder && s->first_end >= 0 && start > s->first_end + LONGEST_WORD)                          \
            couples = prefilter->later;                                                                  \
        for (int i = 0; i < size; i++) {                                                                 \
            Class here = class_of(prefilter->classes, data[start + i]);                                  \
            places[found] = (uint16_t)i;                                                                 \
            found += may_end(last, here) != 0;                                                           \
            last = here;                                                                                 \
        }                                                                                                \
        for (int i = 0; i < found; i++) {                                                                \
            Py_ssize_t at = start + places[i];                                                           \
            places[left] = places[i];                                                                    \
            left += !!(class_of(prefilter->classes, data[at]) & ALWAYS) |                                \
                    (finder && may_be_anchor(finder, couples, at ? data[at - 1] : EDGE, data[at]));      \
        }                                                                                                \
        for (int i = 0; i < left && !s->is_suspect; i++) {                                               \
            Py_ssize_t at = start + places[i];                                                           \
            Py_UCS4 c = data[at];                                                                        \
            int sign = c < PLANE ? prefilter->signs[c] : 0;                                              \
            if (sign && step(s, sign, at, at + 1))                                                       \
                return -1;                                                                               \
            if (c == ENTITY)                                                                             \
                s->has_entity |= may_be_entity(s, at);                                                   \
            if (finder && (!sign || may_be_anchor(finder, couples, at ? data[at - 1] : EDGE, c)) &&      \
                note_words(finder, s->kind, data, s->end, at, s->places, s))                             \
                return -1;                                                                               \
            s->is_suspect |= !s->found && (s->is_line_kept || s->is_rest_kept);                          \
        }                                                                                                \
    }                                                                                                    \
    return 0

static int
scan(Scan *s)
{
    switch (s->kind) {
    case PyUnicode_1BYTE_KIND: { SCAN(Py_UCS1); }
    case PyUnicode_2BYTE_KIND: { SCAN(Py_UCS2); }
    default: { SCAN(Py_UCS4); }
    }
}

/* Noise --------------------------------------------------------------------------------------------------------------- */

static inline int
is_ideograph(Py_UCS4 c)
{
    return c >= 0x4E00 && c < 0xA000;
}

#define ARE_IDEOGRAPHS(type)                                            \
    const type *p = (const type *)s->data + at;                         \
    type other = 0;                                                     \
    for (int i = 0; i < TESTED; i++)                                    \
        other |= (type)((type)(p[i] - 0x4E00) >= 0xA000 - 0x4E00);      \
    return !other

/* Tell whether TESTED characters are ideographs. Branchless, so that compilers vectorise it. */
static int
are_ideographs(const Scan *s, Py_ssize_t at)
{
    if (s->kind == PyUnicode_2BYTE_KIND) {
        ARE_IDEOGRAPHS(Py_UCS2);
    }
    ARE_IDEOGRAPHS(Py_UCS4);
}

/* Find the start of the run of ideographs around a place, and its end if that lies behind `end`. Return its length. */
static Py_ssize_t
run_around(const Scan *s, Py_ssize_t *start, Py_ssize_t *end)
{
    Py_ssize_t length = 0, at = *start, next = at;
    for (; is_ideograph(before(s, &at)); length++)
        *start = at;
    for (; is_ideograph(behind(s, &next)); length++)
        *end = next > *end ? next : *end;
    return length;
}

/* Tell whether of RUN characters so many are different, as text/noise.py asks: titles of laws repeat theirs. */
static int
are_different(const Py_UCS4 *chars, Py_ssize_t least)
{
    Py_ssize_t different = RUN;
    for (int i = 1; i < RUN && different >= least; i++)
        for (int j = 0; j < i; j++)
            if (chars[j] == chars[i]) {
                different--;
                break;
            }
    return different >= least;
}

/* Find the run of ideographs around a place. Tell whether RUN neighbours of it have few usual characters, and nearly all different. */
static int
may_be_noise(const Scan *s, Py_ssize_t *start, Py_ssize_t *end)
{
    Py_ssize_t length = run_around(s, start, end), usual = 0, at = *start;
    Py_UCS4 chars[RUN];
    uint64_t marks = 0;
    for (Py_ssize_t i = 0; length >= RUN && i < length; i++) {
        Py_UCS4 read = chars[i % RUN] = read_as(s->prefilter->spelling, behind(s, &at));
        int is_usual = read < PLANE && s->prefilter->usual[read / 64] >> read % 64 & 1;
        usual += is_usual - (int)(marks >> (RUN - 1) & 1);
        marks = marks << 1 | (uint64_t)is_usual;
        if (i >= RUN - 1 && usual <= s->prefilter->most_usual && are_different(chars, s->prefilter->least_different))
            return 1;
    }
    return 0;
}

/* Tell of a run that may be noise: of its start, as a word without a number. */
static int
tell_noise(Scan *s, Py_ssize_t start)
{
    s->is_suspect |= !s->found;
    return s->places ? append(s->places, Py_BuildValue("(nn)", start, (Py_ssize_t)-1)) : 0;
}

/* Look for runs of ideographs that may be noise. */
static int
find_random_han(Scan *s)
{
    for (Py_ssize_t at = 0, next; s->end - at >= TESTED && !s->is_suspect; at = next) {
        Py_ssize_t start = at;
        next = at + RUN + 1 - TESTED; /* any run holds all that a test sees */
        if (are_ideographs(s, at) && may_be_noise(s, &start, &next) && tell_noise(s, start))
            return -1;
    }
    return 0;
}

static inline Py_UCS4
raw(const Scan *s, Py_ssize_t at)
{
    return PyUnicode_READ(s->kind, s->data, at);
}

/* Tell whether a unit of a jammer may begin at a place: text/jammers.py. */
static inline int
is_unit(const Scan *s, Py_ssize_t at)
{
    return s->end - at >= UNIT && raw(s, at + 1) == ' ' && raw(s, at) >= ' ' && raw(s, at) <= ';' && raw(s, at + 2) >= '?' && raw(s, at + 2) <= '~';
}

/* Return the end of the units in a row from `at` on; `at` if there are too few. */
static Py_ssize_t
end_of_units(const Scan *s, Py_ssize_t at)
{
    Py_ssize_t next = at;
    int units = 0;
    for (; is_unit(s, next); units++)
        next += UNIT;
    return units < UNITS ? at : next;
}

#define NEXT_ASCII(type)                                                             \
    for (const type *data = s->data; at < s->end && data[at] >= 0x80; at += PROBED) \
        ;                                                                            \
    return at

/* Return the next of every PROBED places with an ASCII character. Most are Han. */
static Py_ssize_t
next_ascii(const Scan *s, Py_ssize_t at)
{
    switch (s->kind) {
    case PyUnicode_2BYTE_KIND: { NEXT_ASCII(Py_UCS2); }
    case PyUnicode_4BYTE_KIND: { NEXT_ASCII(Py_UCS4); }
    default: { NEXT_ASCII(Py_UCS1); }
    }
}

/* Look for rows of units of jammers. Any row holds a probed place. */
static int
find_jammers(Scan *s)
{
    Py_ssize_t least = 0;
    for (Py_ssize_t at = PROBED - 1; (at = next_ascii(s, at)) < s->end && !s->is_suspect; at += PROBED) {
        if (at < least || !(is_unit(s, at - 1) || is_unit(s, at) || is_unit(s, at + 1)))
            continue;
        for (Py_ssize_t start = at - PROBED < least ? least : at - PROBED; start <= at; start++) {
            Py_ssize_t next = end_of_units(s, start);
            if (next == start)
                continue;
            if (tell_noise(s, start))
                return -1;
            least = next;
            break;
        }
    }
    return 0;
}

static int
find_noise(Scan *s)
{
    return find_random_han(s) || find_jammers(s) ? -1 : 0;
}

/* Bytes --------------------------------------------------------------------------------------------------------------- */

enum { PLAIN = 8 }; /* the ASCII bytes that are tested together */
enum { FOREIGN = 1, ESCAPES = 2, CONTROLS = 4 }; /* of bytes: some that are no ASCII, backslashes, control characters */

/* Return what is among bytes. Branchless, so that compilers vectorise it. */
WIDE static int
among(const unsigned char *p, Py_ssize_t size)
{
    unsigned char all = 0, escapes = 0, controls = 0;
    for (Py_ssize_t i = 0; i < size; i++) {
        all |= p[i];
        escapes |= p[i] == '\\';
        controls |= p[i] < ' ';
    }
    return (all >= 0x80 ? FOREIGN : 0) | (escapes ? ESCAPES : 0) | (controls ? CONTROLS : 0);
}

/* Read the character at `p`, and return its number of bytes; 0 if the bytes are not UTF-8. */
static inline Py_ssize_t
decoded(const unsigned char *p, const unsigned char *end, Py_UCS4 *read)
{
    Py_ssize_t size = *p < 0x80 ? 1 : *p < 0xC2 ? 0 : *p < 0xE0 ? 2 : *p < 0xF0 ? 3 : *p < 0xF5 ? 4 : 0;
    if (!size || size > end - p)
        return 0;
    Py_UCS4 c = size == 1 ? *p : *p & (0x7F >> size);
    for (Py_ssize_t i = 1; i < size; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3F);
    }
    if ((size == 3 && (c < 0x800 || c >> 11 == 0x1B)) || (size == 4 && (c < PLANE || c > 0x10FFFF)))
        return 0;
    *read = c;
    return size;
}

static int
hex_value(unsigned char c)
{
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* Read the escape of a JSON string at `p`, and return its number of bytes; 0 if there is no escape. */
static Py_ssize_t
unescaped(const unsigned char *p, const unsigned char *end, Py_UCS4 *c)
{
    static const unsigned char NAMED[256] = {
        ['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t',
    };
    if (end - p < 2 || *p != '\\')
        return 0;
    if (p[1] != 'u') {
        *c = NAMED[p[1]];
        return *c ? 2 : 0;
    }
    Py_UCS4 unit = 0;
    for (int i = 2; i < 6; i++) {
        int value = end - p < 6 ? -1 : hex_value(p[i]);
        if (value < 0)
            return 0;
        unit = unit << 4 | (Py_UCS4)value;
    }
    *c = unit;
    return 6;
}

/* Return the character at `p` as Python decodes it, and move behind it: two escapes as one character, surrogates for bytes that are
 * not UTF-8. */
static Py_UCS4
shown(const unsigned char **p, const unsigned char *end, int is_json)
{
    Py_UCS4 c = 0, low = 0;
    Py_ssize_t size = is_json && **p == '\\' ? unescaped(*p, end, &c) : decoded(*p, end, &c);
    if (size == 6 && c >> 10 == 0x36 && unescaped(*p + 6, end, &low) == 6 && low >> 10 == 0x37) {
        c = PLANE + ((c & 0x3FF) << 10 | (low & 0x3FF));
        size = 12;
    }
    c = size ? c : 0xDC00u + **p;
    *p += size ? size : 1;
    return c;
}

/* Tell whether twelve bytes, of sixteen that can be read, are four characters of three bytes each. */
static inline int
are_four(const unsigned char *p)
{
    static const unsigned char MASK[16] = {0xF0, 0xC0, 0xC0, 0xF0, 0xC0, 0xC0, 0xF0, 0xC0, 0xC0, 0xF0, 0xC0, 0xC0};
    static const unsigned char WIDE_ONES[16] = {0xE0, 0x80, 0x80, 0xE0, 0x80, 0x80, 0xE0, 0x80, 0x80, 0xE0, 0x80, 0x80};
    uint64_t data[2], mask[2], wide[2];
    memcpy(data, p, sizeof data);
    memcpy(mask, MASK, sizeof mask);
    memcpy(wide, WIDE_ONES, sizeof wide);
    return !(((data[0] & mask[0]) ^ wide[0]) | ((data[1] & mask[1]) ^ wide[1]));
}

/* Tell whether eight bytes are ASCII without a backslash. */
static inline int
are_plain(const unsigned char *p)
{
    const uint64_t ones = ALL / 255, tops = ones * 0x80;
    uint64_t data;
    memcpy(&data, p, sizeof data);
    uint64_t other = data ^ ones * '\\';
    return !((data | ((other - ones) & ~other)) & tops);
}

/* Decode bytes: four Han characters, or a run of ASCII, at a time. Return how many characters they are; -1 if one is too wide. */
#define DECODE(type)                                                                                                      \
    type *next = to;                                                                                                      \
    while (p < end) {                                                                                                     \
        if (end - p >= 16 && are_four(p))                                                                                 \
            for (int i = 0; i < 4; i++, p += 3)                                                                           \
                *next++ = (type)((p[0] & 15) << 12 | (p[1] & 63) << 6 | (p[2] & 63));                                     \
        else if (end - p >= PLAIN && are_plain(p))                                                                        \
            for (int i = 0; i < PLAIN; i++)                                                                               \
                *next++ = *p++;                                                                                           \
        else {                                                                                                            \
            Py_UCS4 c = shown(&p, end, is_json);                                                                          \
            *next++ = (type)c;                                                                                            \
            if (sizeof(type) < sizeof c && c >= PLANE)                                                                    \
                return -1;                                                                                                \
        }                                                                                                                 \
    }                                                                                                                     \
    return next - (type *)to

static Py_ssize_t
decode_narrow(void *to, const unsigned char *p, const unsigned char *end, int is_json)
{
    DECODE(Py_UCS2);
}

static Py_ssize_t
decode_wide(void *to, const unsigned char *p, const unsigned char *end, int is_json)
{
    DECODE(Py_UCS4);
}

/* Begin with a text in UTF-8, in JSON between quotation marks. */
static int
begin_bytes(Scan *s, const unsigned char *p, Py_ssize_t size, int is_json)
{
    if (s->decoded_room < (size_t)size) {
        PyMem_Free(s->decoded);
        s->decoded = PyMem_Malloc((size_t)size * sizeof(Py_UCS4));
        s->decoded_room = s->decoded ? (size_t)size : 0;
        if (!s->decoded) {
            PyErr_NoMemory();
            return -1;
        }
    }
    Py_ssize_t length = decode_narrow(s->decoded, p, p + size, is_json);
    if (length >= 0)
        begin_text(s, PyUnicode_2BYTE_KIND, s->decoded, length);
    else
        begin_text(s, PyUnicode_4BYTE_KIND, s->decoded, decode_wide(s->decoded, p, p + size, is_json));
    return 0;
}

/* Read a text in UTF-8, and tell by `is_suspect` whether it has something; `found` is what is among its bytes. */
static int
scan_bytes(Scan *s, const unsigned char *p, Py_ssize_t size, int found, int is_json)
{
    Py_CLEAR(s->text);
    if (!(found & FOREIGN) && !(is_json && found & ESCAPES))
        begin_text(s, PyUnicode_1BYTE_KIND, p, size);
    else if (begin_bytes(s, p, size, is_json))
        return -1;
    if (scan(s) || (s->finder && find_noise(s)))
        return -1;
    s->is_suspect |= s->has_entity;
    return 0;
}

/* JSON ---------------------------------------------------------------------------------------------------------------- */

/* The state in a record: its depth, and whether it has ended, and is none. */
typedef struct {
    Py_ssize_t depth;
    int is_over, is_odd;
} Record;

/* The characters outside strings: blanks, structure, and those of Python's numbers and names. */
static const char OUTSIDE[] = " \t\r{}[]:,\"+-.0123456789EINabcdefghijklmnopqrstuvwxyz";
static unsigned char may_be_outside[256]; /* the same as a table; set once for all interpreters */

/* Read one byte outside strings. */
static void
step_outside(Record *record, unsigned char c)
{
    if (c == ' ' || c == '\t' || c == '\r')
        return;
    if ((!record->depth && (record->is_over || c != '{')) || !may_be_outside[c])
        record->is_odd = 1;
    if (c == '{' || c == '[')
        record->depth++;
    else if (c == '}' || c == ']')
        record->is_over = !--record->depth;
}

/* Return where the string ends that begins at `start`: its quotation mark has no odd number of backslashes before it. */
static Py_ssize_t
end_of_string(const unsigned char *data, Py_ssize_t start, Py_ssize_t end)
{
    for (Py_ssize_t at = start;; at++) {
        const unsigned char *mark = memchr(data + at, '"', (size_t)(end - at));
        if (!mark)
            return end;
        Py_ssize_t first = at = mark - data;
        while (first > start && data[first - 1] == '\\')
            first--;
        if ((at - first) % 2 == 0)
            return at;
    }
}

/* Tell whether a string is none: it has a control character, or a backslash that begins no escape. */
static int
is_odd_string(const unsigned char *p, Py_ssize_t size, int found)
{
    const unsigned char *end = p + size;
    Py_UCS4 c;
    if (found & CONTROLS)
        return 1;
    while (found & ESCAPES && (p = memchr(p, '\\', (size_t)(end - p)))) {
        Py_ssize_t escape = unescaped(p, end, &c);
        if (!escape)
            return 1;
        p += escape;
    }
    return 0;
}

/* Tell whether a line is to be read: something may be in it, or it is no record; -1 for an error. */
static int
scan_record(Scan *s, const unsigned char *p, Py_ssize_t size)
{
    Record record = {0};
    for (Py_ssize_t at = 0; at < size && !record.is_odd;) {
        step_outside(&record, p[at]);
        if (p[at++] != '"')
            continue;
        Py_ssize_t end = end_of_string(p, at, size);
        int found = among(p + at, end - at);
        if (end == size || is_odd_string(p + at, end - at, found))
            return 1;
        if (scan_bytes(s, p + at, end - at, found, 1))
            return -1;
        if (s->is_suspect)
            return 1;
        at = end + 1;
    }
    return record.is_odd || record.depth;
}

/* Enter the lines that are to be read, each with its number, its start and its end; and count the line ends. */
static int
scan_json(Scan *s, const unsigned char *data, Py_ssize_t size, PyObject *lines, Py_ssize_t *ends)
{
    Py_ssize_t number = 0;
    for (Py_ssize_t start = 0, end; start <= size; start = end + 1, number++) {
        const unsigned char *mark = start < size ? memchr(data + start, '\n', (size_t)(size - start)) : NULL;
        end = mark ? mark - data : size;
        int is_named = scan_record(s, data + start, end - start);
        if (is_named < 0 || (is_named && append(lines, Py_BuildValue("(nnn)", number, start, end))))
            return -1;
    }
    *ends = number - 1;
    return 0;
}

/* Texts -------------------------------------------------------------------------------------------------------------- */

/* Return an offset of `width` bytes, which need not be aligned. */
static int64_t
offset_at(const Py_buffer *offsets, Py_ssize_t width, Py_ssize_t at)
{
    int32_t narrow;
    int64_t wide;
    memcpy(&narrow, (const char *)offsets->buf + at * width, sizeof narrow);
    if (width == sizeof narrow)
        return narrow;
    memcpy(&wide, (const char *)offsets->buf + at * width, sizeof wide);
    return wide;
}

/* Read successive texts in UTF-8; `offsets` are the start of each text, and the end of the last one. */
static int
scan_texts(Scan *s, const unsigned char *data, Py_ssize_t size, const Py_buffer *offsets, Py_ssize_t width, PyObject *texts)
{
    for (Py_ssize_t at = 0; at + 1 < offsets->len / width; at++) {
        int64_t first = offset_at(offsets, width, at), end = offset_at(offsets, width, at + 1);
        if (first < 0 || end < first || end > size) {
            PyErr_SetString(PyExc_ValueError, "sift_texts() takes offsets that lie in the data, in order");
            return -1;
        }
        Py_ssize_t length = (Py_ssize_t)(end - first);
        if (scan_bytes(s, data + first, length, among(data + first, length), 0) || (s->is_suspect && append(texts, PyLong_FromSsize_t(at))))
            return -1;
    }
    return 0;
}

/* Values with tables --------------------------------------------------------------------------------------------------- */

/* Return room for a value. What Python would fill with zeros, byte by byte, the system gives as pages that do not exist before their
 * first use: of 2 MB of tables a start with a page uses half. */
static PyObject *
allocate(PyTypeObject *type, Py_ssize_t Py_UNUSED(items))
{
    PyObject *made = PyObject_Calloc(1, (size_t)type->tp_basicsize);
    return made ? PyObject_Init(made, type) : PyErr_NoMemory();
}

/* Return room for a table that is read before it is written, in no order, and of which most pages are used; NULL without memory.
 * Zeros are written, for a page of the system's that is read first and written then costs two faults. */
static void *
zeros(size_t number, size_t width)
{
    void *made = PyMem_Malloc(number * width);
    return made ? memset(made, 0, number * width) : NULL;
}

/* Spelling ------------------------------------------------------------------------------------------------------------ */

static void
enter_filler(Spelling *self, PyObject *chars, int kinds)
{
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(chars); i++)
        if (PyUnicode_READ_CHAR(chars, i) < PLANE)
            self->filler[PyUnicode_READ_CHAR(chars, i)] |= (unsigned char)kinds;
}

static int
init_spelling(Spelling *self, PyObject *args, PyObject *Py_UNUSED(names))
{
    PyObject *source, *target, *soft = NULL, *hard = NULL;
    if (self->table) {
        PyErr_SetString(PyExc_TypeError, "a Spelling is made once");
        return -1;
    }
    if (!PyArg_ParseTuple(args, "UU|UU:Spelling", &source, &target, &soft, &hard))
        return -1;
    self->beyond = PyUnicode_GET_LENGTH(source);
    if (PyUnicode_GET_LENGTH(target) != self->beyond) {
        PyErr_SetString(PyExc_ValueError, "Spelling() takes texts of one length");
        return -1;
    }
    if (!(self->table = PyMem_Calloc(KNOWN, sizeof(Py_UCS4)))) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(source); i++) {
        Py_UCS4 c = PyUnicode_READ_CHAR(source, i);
        if (c < KNOWN)
            self->table[c] = c ^ PyUnicode_READ_CHAR(target, i);
        else if (i < self->beyond)
            self->beyond = i;
    }
    if (hard) {
        enter_filler(self, hard, HARD);
        enter_filler(self, soft, SOFT | HARD);
    }
    self->source = Py_NewRef(source);
    self->target = Py_NewRef(target);
    return 0;
}

static void
release_spelling(Spelling *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyMem_Free(self->table);
    Py_XDECREF(self->source);
    Py_XDECREF(self->target);
    type->tp_free(self);
    Py_DECREF(type);
}

/* Return a text folded; with `drops`, without filler. */
static PyObject *
spelled(Spelling *self, PyObject *text, int drops)
{
    if (!self->table)
        return PyErr_Format(PyExc_TypeError, "this Spelling was never made");
    if (!PyUnicode_Check(text))
        return PyErr_Format(PyExc_TypeError, "a Spelling takes a str");
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    Py_UCS4 *read = PyUnicode_AsUCS4Copy(text);
    if (!read)
        return NULL;
    for (Py_ssize_t i = 0; i < length; i++)
        read[i] = read_as(self, read[i]);
    if (drops)
        length = without_filler(self, read, length);
    PyObject *found = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, read, length);
    PyMem_Free(read);
    return found;
}

static PyObject *
spell(Spelling *self, PyObject *args, PyObject *Py_UNUSED(names))
{
    PyObject *text;
    return PyArg_ParseTuple(args, "O:Spelling", &text) ? spelled(self, text, 0) : NULL;
}

static PyObject *
fold(Spelling *self, PyObject *text)
{
    return spelled(self, text, 1);
}

static PyMethodDef spelling_methods[] = {
    {"fold", (PyCFunction)fold, METH_O, "Return a text as rules see it."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot spelling_slots[] = {
    {Py_tp_new, PyType_GenericNew}, {Py_tp_init, init_spelling}, {Py_tp_dealloc, release_spelling}, {Py_tp_call, spell}, {Py_tp_methods, spelling_methods}, {0, NULL},
};

static PyType_Spec spelling_spec = {"cleanspam.native._native.Spelling", sizeof(Spelling), 0, Py_TPFLAGS_DEFAULT, spelling_slots};

/* Tell whether an object is an initialised Spelling; each interpreter has its own type. */
static int
is_spelling(PyObject *object)
{
    return Py_TYPE(object)->tp_dealloc == (destructor)release_spelling && ((Spelling *)object)->table;
}

static void release_finder(WordFinder *self);
static int enter_couples(WordFinder *self, uint64_t *later, const unsigned char *is_for_head);

/* The prefilter ----------------------------------------------------------------------------------------------------------- */

static void
mark(Prefilter *self, PyObject *chars, int trait)
{
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(chars); i++) {
        Py_UCS4 c = PyUnicode_READ_CHAR(chars, i);
        if (c < KNOWN)
            self->traits[c] |= trait;
    }
}

/* Enter characters of the first plane into a set. */
static void
enter_marks(uint64_t *set, PyObject *chars)
{
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(chars); i++)
        if (PyUnicode_READ_CHAR(chars, i) < PLANE)
            set[PyUnicode_READ_CHAR(chars, i) / 64] |= (uint64_t)1 << PyUnicode_READ_CHAR(chars, i) % 64;
}

/* Mark the characters of blocks, which are given by their first and last characters. */
static int
mark_blocks(Prefilter *self, PyObject *blocks, int trait)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(blocks); i++) {
        unsigned first, last;
        if (!PyTuple_Check(PyTuple_GET_ITEM(blocks, i)) || !PyArg_ParseTuple(PyTuple_GET_ITEM(blocks, i), "II", &first, &last))
            return -1;
        for (unsigned c = first; c <= last && c < KNOWN; c++)
            self->traits[c] |= (unsigned char)trait;
    }
    return 0;
}

/* The words of lists as judge/lexicon.py packs them: a line each, the masks of their lists, and for each word the number of its mask. */
typedef struct {
    PyObject *words, *masks, *numbers;
} Packed;

/* Read the next word, from `*at` on. Return the number of its mask, from 1; 0 behind the last word. */
static uint32_t
next_word(const Packed *packed, Py_ssize_t number, Py_ssize_t *start, Py_ssize_t *end)
{
    if (number >= PyUnicode_GET_LENGTH(packed->numbers))
        return 0;
    Py_ssize_t found = PyUnicode_FindChar(packed->words, '\n', *start = number ? *end + 1 : 0, PyUnicode_GET_LENGTH(packed->words), 1);
    *end = found < 0 ? PyUnicode_GET_LENGTH(packed->words) : found;
    return PyUnicode_READ_CHAR(packed->numbers, number) + 1;
}

/* Return the number of a set with the lists of two sets: of two words whose hashes are equal. */
static uint32_t
joined_set(Prefilter *self, uint32_t one, uint32_t other, uint32_t *known)
{
    Lists *sets = PyMem_Realloc(self->sets, ((size_t)*known + 2) * sizeof(Lists));
    if (!sets) {
        PyErr_NoMemory();
        return one;
    }
    self->sets = sets;
    Lists *set = &sets[++*known];
    for (int part = 0; part < LIST_PARTS; part++)
        set->part[part] = sets[one].part[part] | sets[other].part[part];
    return *known;
}

/* Enter a word with all its prefixes. */
static void
enter(Prefilter *self, PyObject *words, Py_ssize_t start, Py_ssize_t end, uint32_t number, uint32_t *known)
{
    uint64_t hash = 0;
    Slot *slot = NULL;
    const void *data = PyUnicode_DATA(words);
    int kind = PyUnicode_KIND(words);
    for (Py_ssize_t i = start; i < end; i++) {
        hash = hashed(hash, PyUnicode_READ(kind, data, i));
        enter_prefix(self, hash);
        slot = slot_of(self, hash);
        slot->hash = (uint32_t)(hash >> 32) | 1;
    }
    if (!slot)
        return;
    slot->number = slot->number ? joined_set(self, slot->number, number, known) : number;
    Py_UCS4 first = PyUnicode_READ(kind, data, start);
    if (end - start > 1)
        enter_couple(self->couples, first, PyUnicode_READ(kind, data, start + 1));
    else if (first < KNOWN)
        self->traits[first] |= IS_WORD;
}

/* Enter the sets of lists: words share them, and few of them stay in the fast caches. */
static int
enter_sets(Prefilter *self, PyObject *masks)
{
    Py_ssize_t size = PyTuple_GET_SIZE(masks);
    if (!(self->sets = PyMem_Calloc((size_t)size + 1, sizeof(Lists)))) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < size; i++)
        self->sets[i + 1] = as_lists(PyTuple_GET_ITEM(masks, i));
    for (int part = 0; part < LIST_PARTS; part++) {
        self->counted[0].part[part] = ~self->closing.part[part];
        self->counted[1].part[part] = ALL;
    }
    return PyErr_Occurred() ? -1 : 0;
}

/* Return how many prefixes the words have at most: of each word, those that the word before does not have. */
static size_t
most_prefixes(PyObject *words)
{
    size_t found = 0;
    Py_ssize_t size = PyUnicode_GET_LENGTH(words);
    const void *data = PyUnicode_DATA(words);
    int kind = PyUnicode_KIND(words);
    for (Py_ssize_t last = 0, start = 0, at = 0, is_alike = 0; at < size; at++) {
        if (PyUnicode_READ(kind, data, at) == '\n') {
            last = start;
            start = at + 1;
            is_alike = 1;
        } else {
            is_alike = is_alike && PyUnicode_READ(kind, data, last + at - start) == PyUnicode_READ(kind, data, at);
            found += !is_alike;
        }
    }
    return found;
}

static int
enter_all(Prefilter *self, const Packed *packed)
{
    uint32_t number, size = (uint32_t)PyTuple_GET_SIZE(packed->masks), known = size;
    size_t prefixes = most_prefixes(packed->words);
    for (self->size = 64; self->size < 2 * prefixes; self->size *= 2)
        ;
    self->slots = zeros(self->size, sizeof(Slot));
    if (!self->slots)
        PyErr_NoMemory();
    if (!self->slots || enter_sets(self, packed->masks))
        return -1;
    Py_ssize_t start = 0, end = 0;
    for (Py_ssize_t i = 0; (number = next_word(packed, i, &start, &end)); i++) {
        if (number > size || start > end) {
            PyErr_SetString(PyExc_ValueError, "Prefilter() takes words as packed() of judge/lexicon.py gives them");
            return -1;
        }
        enter(self, packed->words, start, end, number, &known);
    }
    return PyErr_Occurred() ? -1 : 0;
}

/* Return the number of a sign of a folded word; new signs get the next number. */
static unsigned char
number_of_sign(unsigned char *numbers, unsigned char *last, Py_UCS4 c)
{
    if (!numbers[c])
        numbers[c] = c < 0x80 && Py_ISDIGIT(c) ? DIGITS : c < 0x80 && Py_ISALPHA(c) ? LETTERS : *last < LAST_SIGN ? ++*last : LAST_SIGN;
    return numbers[c];
}

/* Return the sign, as a bit, that a text with a word has, too: of several one that is no letter; all bits if it has none. */
static uint64_t
sign_in(PyObject *words, Py_ssize_t start, Py_ssize_t end, unsigned char *numbers, unsigned char *last)
{
    Py_UCS4 best = 0;
    for (Py_ssize_t i = start; i < end; i++) {
        Py_UCS4 c = PyUnicode_READ_CHAR(words, i);
        int is_better = !best || (best < 0x80 && Py_ISALNUM(best)) || (c > best && (c >= 0x80 || !Py_ISALNUM(c)));
        if (c && c < SIGNED && is_better)
            best = c;
    }
    return best ? (uint64_t)1 << number_of_sign(numbers, last, best) : ALL;
}

/* Return the number of a sign as the fold spells it, and IS_FILLER of a filler. */
static unsigned char
sign_number(const Spelling *spelling, const unsigned char *numbers, Py_UCS4 fold)
{
    return (unsigned char)((fold < SIGNED ? numbers[fold] : 0) | (filler_of(spelling, fold) ? IS_FILLER : 0));
}

/* Enter the number of each spelling of a sign. Few characters have one, and pages of memory that are not written stay untouched. */
static void
enter_spelled_signs(Prefilter *self, const unsigned char *numbers)
{
    const Spelling *spelling = self->spelling;
    for (Py_UCS4 c = 0; c < PLANE; c++)
        if (c < SIGNED || spelling->filler[c])
            self->sign_of[c] = sign_number(spelling, numbers, c);
    for (Py_ssize_t i = 0; i < spelling->beyond; i++)
        if (PyUnicode_READ_CHAR(spelling->source, i) < PLANE)
            self->sign_of[PyUnicode_READ_CHAR(spelling->source, i)] = sign_number(spelling, numbers, PyUnicode_READ_CHAR(spelling->target, i));
}

/* Enter the signs that gates for lines need: █ of a line that is drawn. */
static int
enter_signs(Prefilter *self, const Packed *packed)
{
    unsigned char numbers[SIGNED] = {0}, last = FIRST_SIGN - 1;
    uint64_t of_lists[LIST_PARTS * 64] = {0}, *of_sets = PyMem_Calloc((size_t)PyTuple_GET_SIZE(packed->masks) + 1, sizeof(uint64_t));
    if (!of_sets) {
        PyErr_NoMemory();
        return -1;
    }
    Py_ssize_t start = 0, end = 0;
    uint32_t set;
    for (Py_ssize_t i = 0; (set = next_word(packed, i, &start, &end)); i++)
        of_sets[set] |= sign_in(packed->words, start, end, numbers, &last);
    for (set = 1; set <= PyTuple_GET_SIZE(packed->masks); set++)
        for (int i = 0; i < LIST_PARTS; i++)
            for (uint64_t left = self->sets[set].part[i]; left; left &= left - 1)
                of_lists[64 * i + lowest_bit(left)] |= of_sets[set];
    PyMem_Free(of_sets);
    for (int number = 0; number < self->line_number; number++)
        for (int need = 0; need < self->line_gates[number].needing; need++)
            for (int i = 0; i < LIST_PARTS; i++)
                for (uint64_t left = self->line_gates[number].needs[need].part[i]; left; left &= left - 1)
                    self->line_gates[number].signs[need] |= of_lists[64 * i + lowest_bit(left)];
    enter_spelled_signs(self, numbers);
    return 0;
}

/* Enter the opening or the closing brackets of a kind. */
static int
enter_brackets(Prefilter *self, PyObject *chars, int sign)
{
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(chars); i++) {
        Py_UCS4 c = PyUnicode_READ_CHAR(chars, i);
        if (c >= PLANE) {
            PyErr_Format(PyExc_ValueError, "Prefilter() takes brackets below U+10000, and not U+%x", (unsigned)c);
            return -1;
        }
        self->signs[c] = (signed char)sign;
    }
    return 0;
}

static int
enter_kinds(Prefilter *self, PyObject *kinds)
{
    if (PyTuple_GET_SIZE(kinds) > KINDS) {
        PyErr_Format(PyExc_ValueError, "Prefilter() takes at most %d kinds of brackets", KINDS);
        return -1;
    }
    for (int i = 0; i < PyTuple_GET_SIZE(kinds); i++) {
        PyObject *openers, *closers;
        if (!PyTuple_Check(PyTuple_GET_ITEM(kinds, i)) || !PyArg_ParseTuple(PyTuple_GET_ITEM(kinds, i), "UU", &openers, &closers)) {
            if (!PyErr_Occurred())
                PyErr_SetString(PyExc_TypeError, "Prefilter() takes kinds of brackets as (openers, closers)");
            return -1;
        }
        if (enter_brackets(self, openers, i + 1) || enter_brackets(self, closers, -i - 1))
            return -1;
    }
    return 0;
}

/* Enter the shares of a gate as pairs of a number of 100 and the number of an alphabet. */
static int
enter_shares(Gate *gate, PyObject *shares)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(shares) && i < SHARES; i++) {
        int alphabet;
        if (!PyTuple_Check(PyTuple_GET_ITEM(shares, i)) || !PyArg_ParseTuple(PyTuple_GET_ITEM(shares, i), "ii", &gate->shares[i], &alphabet))
            return -1;
        gate->alphabets[i] = 1 << alphabet;
    }
    return 0;
}

/* Enter alphabets; more than ALPHABETS are not told apart. */
static int
enter_alphabets(Prefilter *self, PyObject *alphabets)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(alphabets) && i < ALPHABETS; i++) {
        PyObject *chars = PyTuple_GET_ITEM(alphabets, i);
        if (!PyUnicode_Check(chars)) {
            PyErr_SetString(PyExc_TypeError, "Prefilter() takes alphabets as strings");
            return -1;
        }
        for (Py_ssize_t j = 0; j < PyUnicode_GET_LENGTH(chars); j++)
            if (PyUnicode_READ_CHAR(chars, j) < PLANE)
                self->alphabets[PyUnicode_READ_CHAR(chars, j)] |= (unsigned char)(1 << i);
    }
    return 0;
}

/* Enter the lists of which a gate needs a word each. */
static int
enter_needs(Gate *gate, PyObject *needs)
{
    Py_ssize_t size = PyTuple_GET_SIZE(needs) < NEEDS ? PyTuple_GET_SIZE(needs) : NEEDS;
    gate->needing = 0;
    PyMem_Free(gate->needs);
    if (!(gate->needs = PyMem_Calloc((size_t)size, sizeof(Lists)))) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < size; i++)
        gate->needs[gate->needing++] = as_lists(PyTuple_GET_ITEM(needs, i));
    return 0;
}

static int
enter_gates(Gate *gates, PyObject *given, int most)
{
    if (PyTuple_GET_SIZE(given) > most) {
        PyErr_Format(PyExc_ValueError, "Prefilter() takes at most %d gates", most);
        return -1;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(given); i++) {
        Gate *gate = &gates[i];
        PyObject *needs, *chars, *first, *must, *twice, *thrice, *before, *shares;
        if (!PyTuple_Check(PyTuple_GET_ITEM(given, i)) ||
            !PyArg_ParseTuple(PyTuple_GET_ITEM(given, i), "O!IO!O!nnnnnO!pppppppO!O!pO!pO!p", &PyTuple_Type, &needs, &gate->kinds, &PyLong_Type, &chars,
                              &PyLong_Type, &first, &gate->foreign, &gate->han, &gate->least, &gate->most, &gate->plain, &PyLong_Type, &must, &gate->is_for_glued,
                              &gate->is_for_first_line, &gate->is_for_lines, &gate->is_for_parts, &gate->is_for_links, &gate->is_for_apart,
                              &gate->is_for_joined, &PyLong_Type, &twice, &PyLong_Type, &thrice,
                              &gate->is_for_notes, &PyLong_Type, &before, &gate->is_for_edges, &PyTuple_Type, &shares, &gate->is_for_stubs) ||
            enter_shares(gate, shares))
            return -1;
        Lists two = as_lists(twice), three = as_lists(thrice), left = as_lists(before);
        memcpy(gate->before, left.part, sizeof gate->before);
        memcpy(gate->times.twice, two.part, sizeof gate->times.twice);
        memcpy(gate->times.thrice, three.part, sizeof gate->times.thrice);
        gate->chars = as_chars(chars);
        gate->first = as_chars(first);
        gate->must = as_chars(must);
        if (enter_needs(gate, needs))
            return -1;
    }
    return PyErr_Occurred() ? -1 : 0;
}

/* Enter a gate for each number from `least` to `most`; numbers that are counted as one are entered if one of them is. */
static void
enter_numbers(uint64_t (*numbers)[GATES / 64], int gate, Py_ssize_t least, Py_ssize_t most)
{
    for (Py_ssize_t number = least < COUNTED ? least : COUNTED - 1; number < COUNTED && number <= most; number++)
        numbers[number][gate / 64] |= (uint64_t)1 << gate % 64;
}

static void
enter_numbers_of(Prefilter *self, int number)
{
    const Gate *gate = &self->gates[number];
    enter_numbers(self->for_length, number, gate->least, gate->most);
    enter_numbers(self->for_han, number, gate->han, COUNTED);
    enter_numbers(self->for_foreign, number, gate->foreign, COUNTED);
    for (int kind = 0; kind < KINDS; kind++)
        for (int is_alone = 0; is_alone < 2; is_alone++)
            if (gate->kinds >> kind & 1 && (is_alone || gate->is_for_glued))
                self->for_kind[kind][is_alone][number / 64] |= (uint64_t)1 << number % 64;
}

static int
enter_all_gates(Prefilter *self, PyObject *gates, PyObject *line_gates)
{
    if (enter_gates(self->gates, gates, GATES) || enter_gates(self->line_gates, line_gates, LINE_GATES))
        return -1;
    self->number = (int)PyTuple_GET_SIZE(gates);
    self->line_number = (int)PyTuple_GET_SIZE(line_gates);
    for (int i = 0; i < self->number; i++) {
        const uint64_t bit = (uint64_t)1 << i % 64;
        enter_numbers_of(self, i);
        if (!self->gates[i].needing)
            self->wordless[i / 64] |= bit;
        if (self->gates[i].before[0] | self->gates[i].before[1])
            self->with_before[i / 64] |= bit;
        for (int j = 0; self->gates[i].needing && j < LIST_PARTS * 64; j++)
            if (self->gates[i].needs[0].part[j / 64] >> j % 64 & 1)
                self->asked[j][i / 64] |= bit;
    }
    return 0;
}

/* Enter the gates that need each word of the finder. */
static int
enter_words_of_lines(Prefilter *self, PyObject *by_word)
{
    Py_ssize_t size = PyTuple_GET_SIZE(by_word);
    if (size != (self->finder ? self->finder->size : 0)) {
        PyErr_SetString(PyExc_ValueError, "Prefilter() takes gates for each word of its finder");
        return -1;
    }
    self->by_word = PyMem_Calloc((size_t)size + 1, sizeof(Bits));
    self->is_for_head = PyMem_Calloc((size_t)size + 1, 1);
    if (!self->by_word || !self->is_for_head) {
        PyErr_NoMemory();
        return -1;
    }
    Bits later = {{0}}; /* other gates than those for the first line */
    for (int i = 0; i < LINE_GATES + 64; i++)
        if (i >= LINE_GATES || (i < self->line_number && !is_for_head(&self->line_gates[i])))
            later.part[i / 64] |= (uint64_t)1 << i % 64;
    for (Py_ssize_t i = 0; i < size; i++) {
        uint64_t any = 0;
        self->by_word[i] = as_bits(PyTuple_GET_ITEM(by_word, i));
        for (int part = 0; part <= LINE_GATES / 64; part++)
            any |= self->by_word[i].part[part] & later.part[part];
        self->is_for_head[i] = !any;
    }
    return PyErr_Occurred() || (self->finder && enter_couples(self->finder, self->later, self->is_for_head)) ? -1 : 0;
}

/* Tell whether an anchor of a finder is two characters of ASCII. A pass over UTF-8 passes over runs of ASCII. */
static int
has_plain_anchor(const WordFinder *finder)
{
    int found = 0;
    for (Py_ssize_t i = 0; i < finder->size; i++) {
        const Word *word = &finder->words[i];
        found |= word->anchor && (word->chars[word->anchor - 1] | word->chars[word->anchor]) < 0x80;
    }
    return found;
}

/* Take the classes of the finder, or new ones without a finder, and add brackets and entities. */
static int
share_classes(Prefilter *self)
{
    self->classes = self->finder ? self->finder->classes : PyMem_Malloc(PLANE * sizeof(Class));
    if (!self->classes) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_UCS4 c = 0; !self->finder && c < PLANE; c++)
        self->classes[c] = FIRST;
    for (Py_UCS4 c = 0; c < PLANE; c++)
        if (self->signs[c] || c == ENTITY)
            self->classes[c] |= ALWAYS;
    return 0;
}

/* Make the pass for brackets also stop at the anchors of a finder; None for no finder. */
static int
enter_finder(Prefilter *self, PyObject *finder)
{
    if (finder != Py_None) {
        if (Py_TYPE(finder)->tp_dealloc != (destructor)release_finder || !((WordFinder *)finder)->anchors) {
            PyErr_SetString(PyExc_TypeError, "Prefilter() takes a WordFinder that was made, or None");
            return -1;
        }
        if (has_plain_anchor((WordFinder *)finder)) {
            PyErr_SetString(PyExc_ValueError, "Prefilter() takes no WordFinder with an anchor that is ASCII alone");
            return -1;
        }
        self->finder = (WordFinder *)Py_NewRef(finder);
    }
    return share_classes(self);
}

static int
init(Prefilter *self, PyObject *args, PyObject *Py_UNUSED(names))
{
    Packed packed;
    PyObject *spelling, *closing, *gates, *latin, *blanks, *left, *right, *kinds, *han, *marks, *named, *ends, *frames, *prose, *joints, *usual, *finder, *line_gates, *by_word;
    PyObject *alphabets;
    if (self->slots) {
        PyErr_SetString(PyExc_TypeError, "a Prefilter is made once");
        return -1;
    }
    if (!PyArg_ParseTuple(args, "O(UO!U)O!O!(UUUUO!O!O!UUUUUU)OO!O!(nnnnnn)O!:Prefilter", &spelling, &packed.words, &PyTuple_Type,
                          &packed.masks, &packed.numbers, &PyLong_Type, &closing,
                          &PyTuple_Type, &gates, &latin, &blanks, &left, &right, &PyTuple_Type, &kinds, &PyTuple_Type,
                          &han, &PyTuple_Type, &marks, &named, &ends, &frames, &prose, &joints, &usual, &finder, &PyTuple_Type, &line_gates, &PyTuple_Type, &by_word,
                          &self->longest_line, &self->longest_heading, &self->links, &self->foot, &self->most_usual, &self->least_different, &PyTuple_Type, &alphabets))
        return -1;
    if (!is_spelling(spelling)) {
        PyErr_SetString(PyExc_TypeError, "Prefilter() takes a Spelling that was made");
        return -1;
    }
    Py_XSETREF(self->spelling, (Spelling *)Py_NewRef(spelling));
    self->closing = as_lists(closing);
    for (self->named_number = 0; self->named_number < PyUnicode_GET_LENGTH(named) && self->named_number < MOST_NAMED; self->named_number++)
        self->named[self->named_number] = PyUnicode_READ_CHAR(named, self->named_number);
    mark(self, latin, LATIN);
    mark(self, blanks, BLANK);
    mark(self, left, BEFORE);
    mark(self, right, BEHIND);
    mark(self, ends, ENDS);
    enter_marks(self->frames, frames);
    enter_marks(self->prose, prose);
    enter_marks(self->joints, joints);
    enter_marks(self->usual, usual);
    if (enter_alphabets(self, alphabets))
        return -1;
    if (mark_blocks(self, han, HAN) || mark_blocks(self, marks, MARK) || enter_kinds(self, kinds) ||
        enter_all_gates(self, gates, line_gates) || enter_finder(self, finder) || enter_words_of_lines(self, by_word))
        return -1;
    return enter_all(self, &packed) || enter_signs(self, &packed) ? -1 : 0;
}

static void
release_gates(Gate *gates, int number)
{
    for (int i = 0; i < number; i++)
        PyMem_Free(gates[i].needs);
}

static void
release(Prefilter *self)
{
    PyTypeObject *type = Py_TYPE(self);
    if (!self->finder)
        PyMem_Free(self->classes);
    Py_XDECREF(self->spelling);
    Py_XDECREF(self->finder);
    Py_XDECREF(self->places);
    release_gates(self->gates, GATES);
    release_gates(self->line_gates, LINE_GATES);
    PyMem_Free(self->slots);
    PyMem_Free(self->sets);
    PyMem_Free(self->by_word);
    PyMem_Free(self->is_for_head);
    PyMem_Free(self->by_place);
    PyMem_Free(self->is_told);
    type->tp_free(self);
    Py_DECREF(type);
}

static void
clear(Scan *s)
{
    PyMem_Free(s->open.items);
    PyMem_Free(s->closed.items);
    PyMem_Free(s->hits.items);
    PyMem_Free(s->read);
    PyMem_Free(s->decoded);
    Py_XDECREF(s->text);
}

/* Read a text; append its pairs and, unless `places` is NULL, the words of the finder to lists. Return whether the text may have an
 * entity; -1 for an error. */
static int
read_text(Prefilter *self, PyObject *text, PyObject *found, PyObject *places)
{
    Scan s = {.prefilter = self, .text = Py_NewRef(text), .found = found, .places = places};
    begin_text(&s, PyUnicode_KIND(text), PyUnicode_DATA(text), PyUnicode_GET_LENGTH(text));
    if (!places)
        s.finder = NULL;
    int failed = scan(&s) || (s.finder && (end_words(&s) || find_noise(&s)));
    clear(&s);
    return failed ? -1 : s.has_entity;
}

static PyObject *
sift(Prefilter *self, PyObject *text)
{
    if (!PyUnicode_Check(text))
        return PyErr_Format(PyExc_TypeError, "sift() takes a str");
    PyObject *found = PyList_New(0);
    if (found && read_text(self, text, found, NULL) < 0)
        Py_CLEAR(found);
    return found;
}

static PyObject *
look(Prefilter *self, PyObject *text)
{
    if (!PyUnicode_Check(text))
        return PyErr_Format(PyExc_TypeError, "look() takes a str");
    PyObject *found = PyList_New(0), *places = PyList_New(0);
    int has_entity = found && places ? read_text(self, text, found, places) : -1;
    PyObject *all = has_entity < 0 ? NULL : PyTuple_Pack(3, found, places, has_entity ? Py_True : Py_False);
    Py_XDECREF(found);
    Py_XDECREF(places);
    return all;
}

static PyObject *
sift_json(Prefilter *self, PyObject *data)
{
    if (!PyBytes_Check(data))
        return PyErr_Format(PyExc_TypeError, "sift_json() takes bytes");
    Scan s = {.prefilter = self};
    PyObject *lines = PyList_New(0);
    Py_ssize_t ends = 0;
    if (lines && scan_json(&s, (const unsigned char *)PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data), lines, &ends))
        Py_CLEAR(lines);
    clear(&s);
    return lines ? Py_BuildValue("(Nn)", lines, ends) : NULL;
}

static PyObject *
sift_texts(Prefilter *self, PyObject *args)
{
    Py_buffer data, offsets;
    Py_ssize_t width;
    if (!PyArg_ParseTuple(args, "y*y*n:sift_texts", &data, &offsets, &width))
        return NULL;
    PyObject *texts = NULL;
    if (width != 4 && width != 8)
        PyErr_SetString(PyExc_ValueError, "sift_texts() takes offsets of 4 or 8 bytes");
    else {
        Scan s = {.prefilter = self};
        texts = PyList_New(0);
        if (texts && scan_texts(&s, data.buf, data.len, &offsets, width, texts))
            Py_CLEAR(texts);
        clear(&s);
    }
    PyBuffer_Release(&data);
    PyBuffer_Release(&offsets);
    return texts;
}

/* Tell whether a byte cannot follow the three bytes before it in UTF-8. Branchless. */
static inline unsigned char
is_wrong(unsigned char c, unsigned char one, unsigned char two, unsigned char three)
{
    int goes_on = (c & 0xC0) == 0x80, has_to = (one >= 0xC0) | (two >= 0xE0) | (three >= 0xF0);
    int is_long = ((one == 0xE0) & (c < 0xA0)) | ((one == 0xF0) & (c < 0x90)); /* overlong forms */
    int is_none = ((one == 0xED) & (c > 0x9F)) | ((one == 0xF4) & (c > 0x8F)) | (c == 0xC0) | (c == 0xC1) | (c > 0xF4);
    return (unsigned char)((goes_on ^ has_to) | is_long | is_none);
}

/* Tell whether bytes are UTF-8. */
WIDE static int
is_valid(const unsigned char *p, Py_ssize_t size)
{
    unsigned char wrong = 0;
    for (Py_ssize_t i = 0; i < 3 && i < size; i++)
        wrong |= is_wrong(p[i], i > 0 ? p[i - 1] : 0, i > 1 ? p[i - 2] : 0, 0);
    for (Py_ssize_t i = 3; i < size; i++)
        wrong |= is_wrong(p[i], p[i - 1], p[i - 2], p[i - 3]);
    int is_cut = (size > 0 && p[size - 1] >= 0xC0) || (size > 1 && p[size - 2] >= 0xE0) || (size > 2 && p[size - 3] >= 0xF0);
    return !wrong && !is_cut;
}

static PyObject *
is_valid_utf8(PyObject *Py_UNUSED(module), PyObject *data)
{
    if (!PyBytes_Check(data))
        return PyErr_Format(PyExc_TypeError, "is_valid_utf8() takes bytes");
    return PyBool_FromLong(is_valid((const unsigned char *)PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data)));
}

/* Count the characters of UTF-8, and return its greatest byte, which tells how wide they are. */
WIDE static unsigned char
measured(const unsigned char *p, Py_ssize_t size, Py_ssize_t *chars)
{
    unsigned char top = 0;
    *chars = 0;
    for (Py_ssize_t at = 0; at < size;) {
        unsigned char some = 0; /* of at most 128 bytes, so that a byte can count them */
        for (Py_ssize_t end = size - at < 128 ? size : at + 128; at < end; at++) {
            some += (p[at] & 0xC0) != 0x80;
            top = p[at] > top ? p[at] : top;
        }
        *chars += some;
    }
    return top;
}

/* Return the text of UTF-8; None if the bytes are none. Python's decoder takes room for three times the text. */
static PyObject *
decode_utf8(PyObject *Py_UNUSED(module), PyObject *data)
{
    if (!PyBytes_Check(data))
        return PyErr_Format(PyExc_TypeError, "decode_utf8() takes bytes");
    const unsigned char *p = (const unsigned char *)PyBytes_AS_STRING(data);
    Py_ssize_t size = PyBytes_GET_SIZE(data), chars;
    unsigned char top = measured(p, size, &chars);
    if (top < 0xC4) /* as one byte each */
        return is_valid(p, size) ? PyUnicode_DecodeUTF8((const char *)p, size, NULL) : Py_NewRef(Py_None);
    if (!is_valid(p, size))
        Py_RETURN_NONE;
    PyObject *text = PyUnicode_New(chars, top < 0xF0 ? 0xFFFF : 0x10FFFF);
    if (text)
        (top < 0xF0 ? decode_narrow : decode_wide)(PyUnicode_DATA(text), p, p + size, 0);
    return text;
}

/* Return the place behind so many characters of UTF-8, at the start of a character or at the end. */
WIDE static const unsigned char *
behind_chars(const unsigned char *p, const unsigned char *end, Py_ssize_t chars)
{
    while (end - p >= 128) {
        unsigned char some = 0;
        for (int i = 0; i < 128; i++)
            some += (p[i] & 0xC0) != 0x80;
        if (some > chars)
            break;
        chars -= some;
        p += 128;
    }
    for (; p < end; p++)
        if ((*p & 0xC0) != 0x80 && chars-- == 0)
            break;
    return p;
}

/* Return where characters begin in UTF-8, in bytes, by their numbers; the numbers ascend. */
static PyObject *
utf8_places(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *data, *chars;
    if (!PyArg_ParseTuple(args, "SO!", &data, &PyList_Type, &chars))
        return NULL;
    const unsigned char *start = (const unsigned char *)PyBytes_AS_STRING(data), *end = start + PyBytes_GET_SIZE(data), *p = start;
    Py_ssize_t number = PyList_GET_SIZE(chars), before = 0;
    PyObject *places = PyList_New(number);
    for (Py_ssize_t at = 0; places && at < number; at++) {
        Py_ssize_t wanted = PyLong_AsSsize_t(PyList_GET_ITEM(chars, at));
        if (wanted < before && !PyErr_Occurred())
            PyErr_SetString(PyExc_ValueError, "utf8_places() takes numbers that ascend");
        p = PyErr_Occurred() ? p : behind_chars(p, end, wanted - before);
        before = wanted;
        PyObject *place = PyErr_Occurred() ? NULL : PyLong_FromSsize_t(p - start);
        if (place)
            PyList_SET_ITEM(places, at, place);
        else
            Py_CLEAR(places);
    }
    return places;
}

/* Have the C library keep what is freed of some MiB for what is allocated next: to get it from the kernel anew, page by page, takes a
 * filter 6 of 100 seconds. */
static PyObject *
keep_freed_memory(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(none))
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 8 << 20); /* a block of a MiB may have as many characters, of four bytes each */
    mallopt(M_TRIM_THRESHOLD, 32 << 20);
#endif
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"keep_freed_memory", keep_freed_memory, METH_NOARGS, "Have the C library keep what is freed of some MiB for what is allocated next."},
    {"utf8_places", utf8_places, METH_VARARGS, "Return where characters of UTF-8 begin, in bytes; their numbers ascend."},
    {"decode_utf8", decode_utf8, METH_O, "Return the text of UTF-8; None if the bytes are not UTF-8."},
    {"is_valid_utf8", is_valid_utf8, METH_O, "Tell whether bytes are UTF-8."},
    {NULL, NULL, 0, NULL},
};

/* Set the object that names the gates for a pair by its neighbours. */
static PyObject *
attach(Prefilter *self, PyObject *places)
{
    size_t size = 2 * KINDS * CLASSES * CLASSES;
    PyMem_Free(self->by_place);
    PyMem_Free(self->is_told);
    self->by_place = PyMem_Calloc(size, sizeof(Bits));
    self->is_told = PyMem_Calloc(size, 1);
    memset(self->neighbours, 0, sizeof self->neighbours);
    Py_CLEAR(self->places);
    if (!self->by_place || !self->is_told)
        return PyErr_NoMemory();
    self->places = Py_NewRef(places);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"attach", (PyCFunction)attach, METH_O, "Take what tells, by what is beside a pair, which gates are for it."},
    {"sift", (PyCFunction)sift, METH_O, "Return the pairs of a text that can matter."},
    {"look", (PyCFunction)look, METH_O, "Return the same, where each word of the finder begins with its number, and whether there may be an entity."},
    {"sift_json", (PyCFunction)sift_json, METH_O,
     "Return number, start and end of the lines of JSON, in UTF-8, that can matter or are no objects; and how many line ends there are."},
    {"sift_texts", (PyCFunction)sift_texts, METH_VARARGS,
     "Return the numbers of the texts, in UTF-8 between offsets of so many bytes, that can matter."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot prefilter_slots[] = {
    {Py_tp_alloc, allocate}, {Py_tp_new, PyType_GenericNew}, {Py_tp_init, init}, {Py_tp_dealloc, release}, {Py_tp_methods, methods}, {0, NULL},
};

static PyType_Spec prefilter_spec = {"cleanspam.native._native.Prefilter", sizeof(Prefilter), 0, Py_TPFLAGS_DEFAULT, prefilter_slots};

/* Words in whole texts ------------------------------------------------------------------------------------------------- */

/* Return start and number of each word in a text. */
static PyObject *
find_words(WordFinder *self, PyObject *text)
{
    if (!PyUnicode_Check(text) || !self->anchors)
        return PyErr_Format(PyExc_TypeError, "find() takes a str");
    if (!self->has_couples && enter_couples(self, NULL, NULL))
        return NULL;
    const void *data = PyUnicode_DATA(text);
    int kind = PyUnicode_KIND(text);
    PyObject *found = PyList_New(0);
    if (kind == PyUnicode_1BYTE_KIND)
        return found; /* it has no Han characters */
    Class last = FIRST, here;
    for (Py_ssize_t at = 0; found && at < PyUnicode_GET_LENGTH(text); at++, last = here) {
        here = class_of(self->classes, PyUnicode_READ(kind, data, at));
        Py_UCS4 before = at ? PyUnicode_READ(kind, data, at - 1) : EDGE;
        if (may_end(last, here) && may_be_anchor(self, self->couples, before, PyUnicode_READ(kind, data, at)) && note_words(self, kind, data, PyUnicode_GET_LENGTH(text), at, found, NULL))
            Py_CLEAR(found);
    }
    return found;
}

/* Enter the group of each first character of an anchor; one that is not given gets any. */
static int
enter_groups(PyObject *groups, unsigned char *group_of)
{
    if (PyTuple_GET_SIZE(groups) > GROUPS) {
        PyErr_SetString(PyExc_ValueError, "WordFinder() takes at most 15 groups");
        return -1;
    }
    for (Py_UCS4 c = 0; c < PLANE; c++)
        group_of[c] = c % GROUPS;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(groups); i++) {
        PyObject *chars = PyTuple_GET_ITEM(groups, i);
        if (!PyUnicode_Check(chars)) {
            PyErr_SetString(PyExc_TypeError, "WordFinder() takes groups that are str");
            return -1;
        }
        for (Py_ssize_t j = 0; j < PyUnicode_GET_LENGTH(chars); j++)
            if (PyUnicode_READ_CHAR(chars, j) < PLANE)
                group_of[PyUnicode_READ_CHAR(chars, j)] = (unsigned char)i;
    }
    return 0;
}

/* Set the classes of all spellings of anchors' characters. Anchors form a group if their first characters share a bit. */
static int
enter_classes(WordFinder *self, PyObject *groups)
{
    const Spelling *spelling = self->spelling;
    unsigned char *group_of = PyMem_Malloc(PLANE);
    self->classes = zeros(PLANE, sizeof(Class));
    Class beyond = 0; /* of the folded characters that are not in the first plane */
    if (!group_of || !self->classes)
        PyErr_NoMemory();
    int failed = !group_of || !self->classes || enter_groups(groups, group_of);
    for (Py_ssize_t i = 0; !failed && i < self->size; i++) {
        const Word *word = &self->words[i];
        Py_UCS4 here = word->chars[word->anchor], last = word->anchor ? word->chars[word->anchor - 1] : 0;
        Class group = word->anchor ? 1u << (last < PLANE ? group_of[last] : last % GROUPS) : ALWAYS;
        *(here < PLANE ? &self->classes[here] : &beyond) |= group;
        if (word->anchor)
            *(last < PLANE ? &self->classes[last] : &beyond) |= group << HALF;
    }
    for (Py_ssize_t i = 0; !failed && i < PyUnicode_GET_LENGTH(spelling->source); i++) {
        Py_UCS4 c = PyUnicode_READ_CHAR(spelling->source, i), fold = PyUnicode_READ_CHAR(spelling->target, i);
        if (c < PLANE)
            self->classes[c] = (self->classes[c] & ALWAYS) | (fold < PLANE ? self->classes[fold] : beyond); /* ALWAYS: see `styled` */
    }
    for (Py_UCS4 c = 0; !failed && c < PLANE; c++) {
        if (self->classes[c] & ALWAYS)
            self->singles[c / 64] |= (uint64_t)1 << c % 64;
        self->classes[c] |= FIRST;
    }
    PyMem_Free(group_of);
    return failed ? -1 : 0;
}

/* The spellings in the first plane of each folded character there: of equal targets of a Spelling, each names the one before it. */
typedef struct {
    uint16_t *last, *before; /* numbers in the source, from 1; the first ones by character */
} Chains;

static int
chain_spellings(const Spelling *spelling, Chains *chains)
{
    Py_ssize_t size = PyUnicode_GET_LENGTH(spelling->source);
    if (size >= UINT16_MAX) {
        PyErr_SetString(PyExc_ValueError, "WordFinder() takes a Spelling of less than 65,535 characters");
        return -1;
    }
    chains->last = zeros(PLANE, sizeof(uint16_t));
    chains->before = PyMem_Calloc((size_t)size + 1, sizeof(uint16_t));
    if (!chains->last || !chains->before) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < size; i++) {
        Py_UCS4 fold = PyUnicode_READ_CHAR(spelling->target, i);
        if (fold < PLANE && PyUnicode_READ_CHAR(spelling->source, i) < PLANE) {
            chains->before[i + 1] = chains->last[fold];
            chains->last[fold] = (uint16_t)(i + 1);
        }
    }
    return 0;
}

/* Enter all spellings of the two characters of an anchor. */
static void
enter_spellings(const Spelling *spelling, const Chains *chains, Couples couples, Py_UCS4 last, Py_UCS4 here)
{
    uint32_t one = chains->last[last];
    for (Py_UCS4 left = last;; left = PyUnicode_READ_CHAR(spelling->source, one - 1), one = chains->before[one]) {
        uint32_t two = chains->last[here];
        for (Py_UCS4 right = here;; right = PyUnicode_READ_CHAR(spelling->source, two - 1), two = chains->before[two]) {
            enter_couple(couples, left, right);
            if (!two)
                break;
        }
        if (!one)
            break;
    }
}

/* Enter an anchor in all its spellings; all pairs if it has a character beyond the first plane. */
static void
enter_anchor(const WordFinder *self, const Chains *chains, Couples couples, const Word *word)
{
    Py_UCS4 here = word->chars[word->anchor], last = word->chars[word->anchor - 1];
    if (here >= PLANE || last >= PLANE)
        memset(couples, 0xFF, sizeof(Couples));
    else
        enter_spellings(self->spelling, chains, couples, last, here);
}

/* Enter the anchors of the words; those of the words that are not for the first line alone also in `later`, unless that is NULL. */
static int
enter_couples(WordFinder *self, uint64_t *later, const unsigned char *is_for_head)
{
    Chains chains = {NULL, NULL};
    int failed = chain_spellings(self->spelling, &chains);
    for (Py_ssize_t i = 0; !failed && i < self->size; i++) {
        const Word *word = &self->words[i];
        if (!word->anchor)
            continue;
        enter_anchor(self, &chains, self->couples, word);
        if (later && !is_for_head[i])
            enter_anchor(self, &chains, later, word);
    }
    PyMem_Free(chains.last);
    PyMem_Free(chains.before);
    self->has_couples = !failed;
    return failed;
}

/* Take words from a text that has each on a line of its own, with the place of its anchor. */
static int
enter_words(WordFinder *self, PyObject *text, const unsigned char *anchors)
{
    PyMem_Free(self->words);
    PyMem_Free(self->chars);
    self->words = PyMem_Calloc((size_t)self->size + 1, sizeof(Word));
    self->chars = PyUnicode_AsUCS4Copy(text);
    if (!self->words || !self->chars) {
        PyErr_NoMemory();
        return -1;
    }
    const Py_UCS4 *next = self->chars, *end = next + PyUnicode_GET_LENGTH(text);
    for (Py_ssize_t i = 0; i < self->size; i++, next++) {
        const Py_UCS4 *start = next;
        while (next < end && *next != '\n')
            next++;
        if (next - start > LONGEST_WORD || anchors[i] >= next - start || (!anchors[i] && *start < 0x80)) {
            PyErr_SetString(PyExc_ValueError, "WordFinder() takes words of 1 to 32 characters, each with an anchor that is no lone character of ASCII");
            return -1;
        }
        self->words[i] = (Word){start, (short)(next - start), anchors[i]};
        if (next == end && i + 1 < self->size) {
            PyErr_SetString(PyExc_ValueError, "WordFinder() takes a line for each anchor");
            return -1;
        }
    }
    return 0;
}

/* Take words, ordered by anchor and each on a line, in bytes the places of their anchors, and groups of the first characters of anchors. */
static int
init_finder(WordFinder *self, PyObject *args, PyObject *Py_UNUSED(names))
{
    PyObject *spelling, *words, *anchors, *groups;
    if (self->anchors) {
        PyErr_SetString(PyExc_TypeError, "a WordFinder is made once");
        return -1;
    }
    if (!PyArg_ParseTuple(args, "OUSO!:WordFinder", &spelling, &words, &anchors, &PyTuple_Type, &groups))
        return -1;
    if (!is_spelling(spelling)) {
        PyErr_SetString(PyExc_TypeError, "WordFinder() takes a Spelling that was made");
        return -1;
    }
    Py_XSETREF(self->spelling, (Spelling *)Py_NewRef(spelling));
    self->size = PyBytes_GET_SIZE(anchors);
    if (enter_words(self, words, (const unsigned char *)PyBytes_AS_STRING(anchors)))
        return -1;
    for (self->room = 64; self->room < 2 * (size_t)self->size; self->room *= 2)
        ;
    if (!(self->anchors = zeros(self->room, sizeof(Slot)))) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < self->size; i++) {
        uint64_t anchor = anchor_of_word(&self->words[i]);
        Slot *slot = anchor_slot(self, anchor);
        if (!slot->number)
            *slot = (Slot){key_of_anchor(anchor), (uint32_t)i + 1};
    }
    return enter_classes(self, groups) ? -1 : 0;
}

static void
release_finder(WordFinder *self)
{
    PyTypeObject *type = Py_TYPE(self);
    Py_XDECREF(self->spelling);
    PyMem_Free(self->words);
    PyMem_Free(self->chars);
    PyMem_Free(self->anchors);
    PyMem_Free(self->classes);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef finder_methods[] = {
    {"find", (PyCFunction)find_words, METH_O, "Return where each word in a text begins, and its number."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot finder_slots[] = {
    {Py_tp_alloc, allocate}, {Py_tp_new, PyType_GenericNew}, {Py_tp_init, init_finder}, {Py_tp_dealloc, release_finder}, {Py_tp_methods, finder_methods}, {0, NULL},
};

static PyType_Spec finder_spec = {"cleanspam.native._native.WordFinder", sizeof(WordFinder), 0, Py_TPFLAGS_DEFAULT, finder_slots};

/* Words in own texts -------------------------------------------------------------------------------------------------- */

/* A word of lists: where it begins in the words, its length, its third character, the number of its mask, and the hash of its first
 * two characters. */
typedef struct {
    uint32_t start, length;
    Py_UCS4 third; /* EDGE if the word is shorter */
    uint32_t mask, head;
} Entry;

/* The words of lists, as judge/lexicon.py packs them, by their first two characters. A page asks for few texts: to unpack the words, or
 * to enter all their prefixes, took 15 of the 71 million instructions that a planting costs a start. */
typedef struct {
    PyObject_HEAD
    PyObject *words;
    uint64_t *masks; /* the lists of words, `parts` for each */
    int parts;
    Entry *entries;  /* ordered by the hash of their first two characters: 50 words begin as 网站 does */
    uint32_t *heads; /* the first entry of each hash, and one more, behind the last */
    size_t room;     /* of heads, a power of two */
    Couples couples; /* the first two characters of words, and EDGE behind a word of one: of 20 places one has a word */
    uint64_t latin[2];
} WordLists;

/* Return the hash of the words that begin with two characters; the second is EDGE for words of one. */
static inline size_t
head_of(const WordLists *self, Py_UCS4 first, Py_UCS4 second)
{
    uint64_t hash = hashed(hashed(0, first), second);
    return (hash ^ hash >> 32) & (self->room - 1);
}

/* Order the entries by their hashes. */
static int
order_entries(WordLists *self, const Entry *given, Py_ssize_t size)
{
    self->heads = PyMem_Calloc(self->room + 1, sizeof(uint32_t));
    self->entries = PyMem_Calloc((size_t)size + 1, sizeof(Entry));
    if (!self->heads || !self->entries) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < size; i++)
        self->heads[given[i].head]++;
    for (size_t i = 1; i <= self->room; i++)
        self->heads[i] += self->heads[i - 1];
    for (Py_ssize_t i = 0; i < size; i++)
        self->entries[--self->heads[given[i].head]] = given[i];
    return 0;
}

/* Read the masks. */
static int
read_masks(WordLists *self, PyObject *masks)
{
    long most = 1;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(masks); i++) {
        PyObject *length = PyObject_CallMethod(PyTuple_GET_ITEM(masks, i), "bit_length", NULL);
        long bits = length ? PyLong_AsLong(length) : -1;
        Py_XDECREF(length);
        if (bits < 0)
            return -1;
        most = bits > most ? bits : most;
    }
    self->parts = (int)((most + 63) / 64);
    self->masks = PyMem_Calloc((size_t)PyTuple_GET_SIZE(masks) * (size_t)self->parts + 1, sizeof(uint64_t));
    if (!self->masks)
        PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(masks) && !PyErr_Occurred(); i++)
        read_bits(PyTuple_GET_ITEM(masks, i), self->masks + i * self->parts, self->parts);
    return PyErr_Occurred() ? -1 : 0;
}

/* Read the words, each with the number of its mask, of so many. */
static int
read_entries(WordLists *self, PyObject *numbers, Py_ssize_t masks, Entry *entries)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(self->words), start = 0, size = 0;
    for (self->room = 64; self->room < 2 * (size_t)PyUnicode_GET_LENGTH(numbers); self->room *= 2)
        ;
    for (Py_ssize_t number = 0; number < PyUnicode_GET_LENGTH(numbers); number++) {
        Py_ssize_t end = PyUnicode_FindChar(self->words, '\n', start, length, 1);
        end = end < 0 ? length : end;
        Py_UCS4 mask = PyUnicode_READ_CHAR(numbers, number);
        if (start > length || length >= UINT32_MAX || mask >= masks) {
            PyErr_SetString(PyExc_ValueError, "WordLists() takes words as packed() of judge/lexicon.py gives them");
            return -1;
        }
        if (end > start) {
            Py_UCS4 first = PyUnicode_READ_CHAR(self->words, start);
            Py_UCS4 second = end - start > 1 ? PyUnicode_READ_CHAR(self->words, start + 1) : EDGE;
            Py_UCS4 third = end - start > 2 ? PyUnicode_READ_CHAR(self->words, start + 2) : EDGE;
            entries[size++] = (Entry){(uint32_t)start, (uint32_t)(end - start), third, mask, (uint32_t)head_of(self, first, second)};
            enter_couple(self->couples, first, second);
        }
        start = end + 1;
    }
    return order_entries(self, entries, size);
}

static int
enter_lists(WordLists *self, PyObject *masks, PyObject *numbers)
{
    Entry *entries = PyMem_Calloc((size_t)PyUnicode_GET_LENGTH(numbers) + 1, sizeof(Entry));
    int failed = !entries || read_masks(self, masks) || read_entries(self, numbers, PyTuple_GET_SIZE(masks), entries) ? -1 : 0;
    if (!entries)
        PyErr_NoMemory();
    PyMem_Free(entries);
    return failed;
}

static int
init_lists(WordLists *self, PyObject *args, PyObject *Py_UNUSED(names))
{
    PyObject *words, *masks, *numbers, *latin;
    if (self->words) {
        PyErr_SetString(PyExc_TypeError, "WordLists are made once");
        return -1;
    }
    if (!PyArg_ParseTuple(args, "(UO!U)U:WordLists", &words, &PyTuple_Type, &masks, &numbers, &latin))
        return -1;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(masks); i++)
        if (!PyLong_Check(PyTuple_GET_ITEM(masks, i))) {
            PyErr_SetString(PyExc_TypeError, "WordLists() takes masks that are int");
            return -1;
        }
    self->words = Py_NewRef(words);
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(latin); i++)
        if (PyUnicode_READ_CHAR(latin, i) < 0x80)
            self->latin[PyUnicode_READ_CHAR(latin, i) / 64] |= (uint64_t)1 << PyUnicode_READ_CHAR(latin, i) % 64;
    return enter_lists(self, masks, numbers);
}

static inline int
is_latin(const WordLists *self, Py_UCS4 c)
{
    return c < 0x80 && self->latin[c / 64] >> c % 64 & 1;
}

/* Tell whether the next character continues a Latin word. */
static inline int
is_longer(const WordLists *self, Py_UCS4 last, Py_UCS4 next)
{
    return is_latin(self, last) && is_latin(self, next) && !is_number_behind(last, next);
}

/* What is found in a text: the lists with a word in it, and those with a word at its start and at its end. */
typedef struct {
    uint64_t *has, *opens, *ends;
} Found;

/* Tell whether a word of an entry stands at a place of a text, and no Latin word goes on behind it. */
static inline int
is_word_at(const WordLists *self, const Entry *entry, PyObject *text, Py_ssize_t at)
{
    const void *data = PyUnicode_DATA(text), *words = PyUnicode_DATA(self->words);
    int kind = PyUnicode_KIND(text), words_kind = PyUnicode_KIND(self->words);
    Py_ssize_t length = PyUnicode_GET_LENGTH(text), end = at + entry->length;
    if (end > length || (entry->length > 2 && PyUnicode_READ(kind, data, at + 2) != entry->third))
        return 0;
    for (uint32_t i = 0; i < entry->length; i++)
        if (PyUnicode_READ(kind, data, at + i) != PyUnicode_READ(words_kind, words, entry->start + i))
            return 0;
    return end == length || !is_longer(self, PyUnicode_READ(kind, data, end - 1), PyUnicode_READ(kind, data, end));
}

static inline void
add_mask(uint64_t *found, const uint64_t *mask, int parts)
{
    for (int i = 0; i < parts; i++)
        found[i] |= mask[i];
}

/* Add the lists of a word. */
static inline void
add_word(const WordLists *self, const Entry *entry, int opens, int ends, const Found *found)
{
    const uint64_t *mask = self->masks + (size_t)entry->mask * (size_t)self->parts;
    add_mask(found->has, mask, self->parts);
    if (opens)
        add_mask(found->opens, mask, self->parts);
    if (ends)
        add_mask(found->ends, mask, self->parts);
}

/* Add the lists of the words that begin at `at` with two characters; the second is EDGE for words of one. */
static inline void
look_from(const WordLists *self, Py_UCS4 first, Py_UCS4 second, PyObject *text, Py_ssize_t at, const Found *found)
{
    if (!has_couple(self->couples, first, second))
        return;
    size_t head = head_of(self, first, second);
    for (const Entry *entry = &self->entries[self->heads[head]]; entry < &self->entries[self->heads[head + 1]]; entry++)
        if ((entry->length == 1) == (second == EDGE) && is_word_at(self, entry, text, at))
            add_word(self, entry, !at, at + entry->length == PyUnicode_GET_LENGTH(text), found);
}

static void
look_along(const WordLists *self, PyObject *text, const Found *found)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    Py_UCS4 last = EDGE, here = length ? PyUnicode_READ_CHAR(text, 0) : EDGE;
    for (Py_ssize_t at = 0; at < length; at++) {
        Py_UCS4 next = at + 1 < length ? PyUnicode_READ_CHAR(text, at + 1) : EDGE;
        if (!is_latin(self, last) || !is_latin(self, here)) {
            look_from(self, here, EDGE, text, at, found);
            if (next != EDGE)
                look_from(self, here, next, text, at, found);
        }
        last = here;
        here = next;
    }
}

/* Return the masks of the lists with a word in a text, at its start, and at its end. */
static PyObject *
look_in_lists(WordLists *self, PyObject *text)
{
    if (!PyUnicode_Check(text) || !self->entries)
        return PyErr_Format(PyExc_TypeError, "look() takes a str");
    uint64_t *all = PyMem_Calloc(3 * (size_t)self->parts, sizeof(uint64_t));
    if (!all)
        return PyErr_NoMemory();
    Found found = {all, all + self->parts, all + 2 * self->parts};
    look_along(self, text, &found);
    PyObject *told = Py_BuildValue("(NNN)", as_number(found.has, self->parts), as_number(found.opens, self->parts), as_number(found.ends, self->parts));
    PyMem_Free(all);
    return told;
}

static void
release_lists(WordLists *self)
{
    PyTypeObject *type = Py_TYPE(self);
    Py_XDECREF(self->words);
    PyMem_Free(self->masks);
    PyMem_Free(self->entries);
    PyMem_Free(self->heads);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef lists_methods[] = {
    {"look", (PyCFunction)look_in_lists, METH_O, "Return the masks of the lists of which a text has a word, opens with one, and ends in one."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot lists_slots[] = {
    {Py_tp_new, PyType_GenericNew}, {Py_tp_init, init_lists}, {Py_tp_dealloc, release_lists}, {Py_tp_methods, lists_methods}, {0, NULL},
};

static PyType_Spec lists_spec = {"cleanspam.native._native.WordLists", sizeof(WordLists), 0, Py_TPFLAGS_DEFAULT, lists_slots};

/* Marks of lines ------------------------------------------------------------------------------------------------------ */

enum { STOP = 1, QUOTE = 2, PAUSE = 4, CLOSES = 8, CLAUSE = 16, FRAME = 32, OPENER = 64, CLOSER = 128 };
enum { BRACKET_STARTS, BRACKET_ENDS, END_STARTS, END_ENDS, CLAUSE_MARKS, FRAMES, EDGES, FOUND }; /* the lists of find() */

typedef struct {
    PyObject_HEAD
    unsigned char traits[PLANE];
    signed char signs[PLANE]; /* as in a Prefilter */
} LineMarks;

/* A text and its marks. */
typedef struct {
    const LineMarks *marks;
    int kind;
    const void *data;
    Py_ssize_t end;
    PyObject *found[FOUND];
    Spans brackets;
} Marked;

static int
set_traits(LineMarks *self, PyObject *chars, int trait)
{
    if (!PyUnicode_Check(chars)) {
        PyErr_SetString(PyExc_TypeError, "LineMarks() takes strings of characters");
        return -1;
    }
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(chars); i++)
        if (PyUnicode_READ_CHAR(chars, i) < PLANE)
            self->traits[PyUnicode_READ_CHAR(chars, i)] |= (unsigned char)trait;
    return 0;
}

static int
init_marks(LineMarks *self, PyObject *args, PyObject *Py_UNUSED(names))
{
    static const int SETS[] = {STOP, QUOTE, PAUSE, CLOSES, CLAUSE, FRAME};
    PyObject *sets[6], *kinds;
    if (!PyArg_ParseTuple(args, "(OOOOOOO!):LineMarks", &sets[0], &sets[1], &sets[2], &sets[3], &sets[4], &sets[5], &PyTuple_Type, &kinds))
        return -1;
    if (PyTuple_GET_SIZE(kinds) > KINDS) {
        PyErr_SetString(PyExc_ValueError, "LineMarks() takes not so many kinds of brackets");
        return -1;
    }
    for (int i = 0; i < 6; i++)
        if (set_traits(self, sets[i], SETS[i]))
            return -1;
    for (int kind = 0; kind < PyTuple_GET_SIZE(kinds); kind++) {
        PyObject *both[2];
        if (!PyArg_ParseTuple(PyTuple_GET_ITEM(kinds, kind), "UU", &both[0], &both[1]) || set_traits(self, both[0], OPENER) ||
            set_traits(self, both[1], CLOSER))
            return -1;
        for (int side = 0; side < 2; side++)
            for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(both[side]); i++)
                if (PyUnicode_READ_CHAR(both[side], i) < PLANE)
                    self->signs[PyUnicode_READ_CHAR(both[side], i)] = (signed char)(side ? -(kind + 1) : kind + 1);
    }
    return 0;
}

static inline int
mark_at(const Marked *m, Py_ssize_t at)
{
    Py_UCS4 c = PyUnicode_READ(m->kind, m->data, at);
    return c < PLANE ? m->marks->traits[c] : 0;
}

/* Return the end of the pair that begins at `at` and holds at most one level of other pairs; 0 if there is no such pair. */
static Py_ssize_t
bracket_end(const Marked *m, Py_ssize_t at)
{
    int depth = 1;
    for (at++; at < m->end; at++) {
        int mark = mark_at(m, at);
        if (mark & OPENER && ++depth > 2)
            return 0;
        if (mark & CLOSER && !--depth)
            return at + 1;
    }
    return 0;
}

static inline int
is_common_han(const Marked *m, Py_ssize_t at)
{
    return at >= 0 && PyUnicode_READ(m->kind, m->data, at) >= 0x4E00 && PyUnicode_READ(m->kind, m->data, at) <= 0x9FFF;
}

static inline int
is_char(const Marked *m, Py_ssize_t at, Py_UCS4 c)
{
    return at < m->end && PyUnicode_READ(m->kind, m->data, at) == c;
}

/* Tell whether a point ends a sentence: it follows enough Han characters, and no Latin letter or digit follows it. */
static int
is_full_stop(const Marked *m, Py_ssize_t at, int least)
{
    if (!is_char(m, at, '.') || !is_common_han(m, at - 1) || (least > 1 && !is_common_han(m, at - 2)))
        return 0;
    Py_ssize_t next = is_char(m, at + 1, '.') ? at + 2 : at + 1;
    Py_UCS4 c = next < m->end ? PyUnicode_READ(m->kind, m->data, next) : 0;
    return !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
}

/* Return the end of the sentence's closing marks at `at`; 0 if the marks there end no sentence. */
static Py_ssize_t
sentence_end(const Marked *m, Py_ssize_t at)
{
    int mark = mark_at(m, at);
    if (mark & QUOTE && !(mark & STOP))
        return at && mark_at(m, at - 1) & PAUSE ? at + 1 : 0;
    if (!(mark & STOP) && !is_full_stop(m, at, 2))
        return 0;
    do
        at++;
    while (at < m->end && (mark_at(m, at) & STOP || is_full_stop(m, at, 1)));
    while (at < m->end && mark_at(m, at) & CLOSES)
        at++;
    return at;
}

static int
note_places(const Marked *m, int starts, Py_ssize_t start, Py_ssize_t end)
{
    return append(m->found[starts], PyLong_FromSsize_t(start)) || append(m->found[starts + 1], PyLong_FromSsize_t(end)) ? -1 : 0;
}

static int
find_brackets(Marked *m, Py_ssize_t at)
{
    while (at < m->end) {
        Py_ssize_t end = mark_at(m, at) & OPENER ? bracket_end(m, at) : 0;
        if (end && (push(&m->brackets, at, end, 0) || note_places(m, BRACKET_STARTS, at, end)))
            return -1;
        at = end ? end : at + 1;
    }
    return 0;
}

/* Find the marks that end sentences. Marks in a bracket end no sentence of the line. */
static int
find_ends(Marked *m, Py_ssize_t at)
{
    Py_ssize_t before = 0; /* brackets that begin before `at` */
    while (at < m->end) {
        Py_ssize_t end = sentence_end(m, at);
        while (before < m->brackets.size && m->brackets.items[before].start < at)
            before++;
        int is_held = before && end < m->brackets.items[before - 1].end;
        if (end && !is_held && note_places(m, END_STARTS, at, end))
            return -1;
        at = end ? end : at + 1;
    }
    return 0;
}

static int
find_single(const Marked *m, Py_ssize_t at)
{
    static const int TRAITS[] = {CLAUSE, FRAME, OPENER | CLOSER};
    for (; at < m->end; at++) {
        int mark = mark_at(m, at);
        if (mark & CLAUSE && is_char(m, at + 1, '/') && is_char(m, at + 2, '/'))
            mark &= ~CLAUSE;
        for (int i = 0; mark && i < 3; i++)
            if (mark & TRAITS[i] && append(m->found[CLAUSE_MARKS + i], PyLong_FromSsize_t(at)))
                return -1;
    }
    return 0;
}

/* Return the places of the marks of a line. */
static PyObject *
find_marks(LineMarks *self, PyObject *args)
{
    PyObject *text, *all = NULL;
    Py_ssize_t start, end;
    int failed = 0;
    if (!PyArg_ParseTuple(args, "Unn", &text, &start, &end))
        return NULL;
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    start = start < 0 ? 0 : start;
    Marked m = {self, PyUnicode_KIND(text), PyUnicode_DATA(text), end < length ? end : length, {NULL}, {NULL, 0, 0}};
    for (int i = 0; i < FOUND; i++)
        failed |= !(m.found[i] = PyList_New(0));
    if (!failed && !find_brackets(&m, start) && !find_ends(&m, start) && !find_single(&m, start))
        all = as_named(found_marks_type, PyTuple_Pack(FOUND, m.found[0], m.found[1], m.found[2], m.found[3], m.found[4], m.found[5], m.found[6]));
    for (int i = 0; i < FOUND; i++)
        Py_XDECREF(m.found[i]);
    PyMem_Free(m.brackets.items);
    return all;
}

/* The open brackets of a line, and the pairs that are in no other pair yet. */
typedef struct {
    Spans open, closed;
    Py_ssize_t waiting[KINDS + 1];
} Row;

/* Pair the last open bracket of `kind` with the closing one that ends at `end`. */
static int
close_in_line(Row *row, int kind, Py_ssize_t end, PyObject *found)
{
    Span opener;
    do {
        opener = row->open.items[--row->open.size];
        row->waiting[opener.kind]--;
    } while (opener.kind != kind);
    Py_ssize_t first = row->closed.size;
    while (first && row->closed.items[first - 1].start > opener.start)
        first--;
    if (append(found, as_named(pair_type, Py_BuildValue("(nnN)", opener.start, end, inner(&row->closed, first)))))
        return -1;
    row->closed.size = first;
    return push(&row->closed, opener.start, end, kind);
}

/* Return the pairs of brackets of a text, in the order of their ends. */
static PyObject *
find_pairs(LineMarks *self, PyObject *text)
{
    if (!PyUnicode_Check(text))
        return PyErr_Format(PyExc_TypeError, "pairs() takes a str");
    int failed = 0, text_kind = PyUnicode_KIND(text);
    const void *data = PyUnicode_DATA(text);
    Row row = {{NULL, 0, 0}, {NULL, 0, 0}, {0}};
    PyObject *found = PyList_New(0);
    for (Py_ssize_t at = 0, end = PyUnicode_GET_LENGTH(text); found && !failed && at < end; at++) {
        Py_UCS4 c = PyUnicode_READ(text_kind, data, at);
        int kind = c < PLANE ? self->signs[c] : 0;
        if (kind > 0) {
            row.waiting[kind]++;
            failed = push(&row.open, at, at + 1, kind);
        } else if (kind < 0 && row.waiting[-kind])
            failed = close_in_line(&row, -kind, at + 1, found);
        else if (c == '\n' || c == '\r') {
            row.open.size = row.closed.size = 0;
            memset(row.waiting, 0, sizeof row.waiting);
        }
    }
    PyMem_Free(row.open.items);
    PyMem_Free(row.closed.items);
    if (failed)
        Py_CLEAR(found);
    return found;
}

static PyMethodDef marks_methods[] = {
    {"find", (PyCFunction)find_marks, METH_VARARGS, "Return the places of the marks of a line."},
    {"pairs", (PyCFunction)find_pairs, METH_O, "Return the pairs of brackets of a text, in the order of their ends."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot marks_slots[] = {
    {Py_tp_new, PyType_GenericNew}, {Py_tp_init, init_marks}, {Py_tp_methods, marks_methods}, {0, NULL},
};

static PyType_Spec marks_spec = {"cleanspam.native._native.LineMarks", sizeof(LineMarks), 0, Py_TPFLAGS_DEFAULT, marks_slots};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_native", NULL, 0, functions, NULL, NULL, NULL, NULL};

static int
add_type(PyObject *module, const char *name, PyType_Spec *spec)
{
    PyObject *type = PyType_FromSpec(spec);
    int failed = !type || PyModule_AddObjectRef(module, name, type);
    Py_XDECREF(type);
    return failed ? -1 : 0;
}

/* Import the NamedTuples of the module's results. */
static int
find_named(void)
{
    PyObject *values = PyImport_ImportModule("cleanspam.native.candidates");
    if (!values)
        return -1;
    candidate_type = (PyTypeObject *)PyObject_GetAttrString(values, "Candidate");
    pair_type = (PyTypeObject *)PyObject_GetAttrString(values, "Pair");
    found_marks_type = (PyTypeObject *)PyObject_GetAttrString(values, "FoundMarks");
    Py_DECREF(values);
    return candidate_type && pair_type && found_marks_type ? 0 : -1;
}

PyMODINIT_FUNC
PyInit__native(void)
{
    for (const char *c = OUTSIDE; *c; c++)
        may_be_outside[(unsigned char)*c] = 1;
    PyObject *module = find_named() ? NULL : PyModule_Create(&definition);
    if (module && (add_type(module, "Spelling", &spelling_spec) || add_type(module, "Prefilter", &prefilter_spec) || add_type(module, "WordFinder", &finder_spec) ||
                   add_type(module, "WordLists", &lists_spec) || add_type(module, "LineMarks", &marks_spec)))
        Py_CLEAR(module);
    return module;
}
