/* The sieve, compiled: see sieve.py, which does the same in Python.
 *
 * sift(text, spelling, traits, heads) -> ([(start, end), ...], [(start, end), ...], [(start, end, ((start, end), ...)), ...])
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

enum { KINDS = 6, LINE_END = KINDS + 1 };
enum { PLANE = 0x10000, HEAD = 6, HASH = 40503, HASHES = 1 << 22 }; /* as in sieve.py; and so are these: */
enum { BEGINS = 1, SKIPPED = 2, LATIN = 4, BLANK = 8, BEFORE = 16, BEHIND = 32 };

typedef struct {
    Py_ssize_t start, end;
    int kind;
} Span;

typedef struct {
    Span *items;
    Py_ssize_t size, room;
} Spans;

typedef struct {
    const void *data;            /* the text, its width and its length */
    int kind;
    Py_ssize_t length;
    const Py_UCS4 *spelling;     /* what each character reads as */
    const unsigned char *traits; /* of each character */
    const unsigned char *heads;  /* a bit for each hash: whether the head of a word has it */
    Spans open;                  /* opening brackets without a partner so far, of this line */
    Spans closed;                /* pairs of this line that no other pair holds so far */
    Py_ssize_t waiting[KINDS + 1]; /* how many of each kind are open */
    PyObject *wordy, *edged, *nested;
} Sieve;

/* The kind of an opening bracket, minus the kind of a closing one, LINE_END, or 0. A look at a table takes a nanosecond;
 * branches, which commas and Latin letters between Han characters make hard to foretell, take six. */
static const signed char SIGNS[PLANE] = {
    ['\n'] = LINE_END, ['\r'] = LINE_END,
    ['('] = 1, [0xFF08] = 1, [')'] = -1, [0xFF09] = -1,
    ['['] = 2, [0xFF3B] = 2, [']'] = -2, [0xFF3D] = -2,
    ['{'] = 3, [0xFF5B] = 3, ['}'] = -3, [0xFF5D] = -3,
    [0x3010] = 4, [0x3011] = -4,
    [0x3014] = 5, [0x3015] = -5,
    [0x3016] = 6, [0x3017] = -6,
};

static int
push(Spans *spans, Py_ssize_t start, Py_ssize_t end, int kind)
{
    if (spans->size == spans->room) {
        Py_ssize_t room = spans->room ? 2 * spans->room : 16;
        Span *items = PyMem_Realloc(spans->items, (size_t)room * sizeof(Span));
        if (!items) {
            PyErr_NoMemory();
            return -1;
        }
        spans->items = items;
        spans->room = room;
    }
    spans->items[spans->size++] = (Span){start, end, kind};
    return 0;
}

static int
append(PyObject *list, PyObject *item)
{
    int failed = !item || PyList_Append(list, item);
    Py_XDECREF(item);
    return failed ? -1 : 0;
}

static inline Py_UCS4
char_at(const Sieve *s, Py_ssize_t at)
{
    return PyUnicode_READ(s->kind, s->data, at);
}

/* Return the traits of a character; those beyond the table may be anything but Latin or blank, which would pass over words. */
static inline int
traits_at(const Sieve *s, Py_ssize_t at)
{
    Py_UCS4 c = char_at(s, at);
    return c < PLANE ? s->traits[c] : 0xFF & ~(LATIN | BLANK);
}

static inline int
is_head(const Sieve *s, unsigned int hash)
{
    return s->heads[hash % HASHES / 8] >> hash % 8 & 1;
}

/* Tell whether a Latin word would go on behind `at`. */
static int
goes_on(const Sieve *s, Py_ssize_t at, Py_ssize_t end)
{
    return at + 1 < end && traits_at(s, at) & traits_at(s, at + 1) & LATIN;
}

/* Tell whether a word may begin at `at`: not amid a Latin word, and with the head of one, filler left out. */
static int
may_begin(const Sieve *s, Py_ssize_t at, Py_ssize_t end)
{
    int traits = traits_at(s, at);
    if (!(traits & BEGINS) || (traits & LATIN && traits_at(s, at - 1) & LATIN))
        return 0;
    unsigned int hash = 0;
    for (int read = 0; at < end && read < HEAD; at++) {
        Py_UCS4 c = char_at(s, at);
        if (read && traits_at(s, at) & SKIPPED && c < PLANE)
            continue;
        if (c >= PLANE)
            return 1;
        hash = HASH * hash + s->spelling[c];
        read++;
        if (is_head(s, hash) && (read == HEAD || !goes_on(s, at, end)))
            return 1;
    }
    return 0;
}

static int
is_wordy(const Sieve *s, Py_ssize_t start, Py_ssize_t end)
{
    for (Py_ssize_t at = start + 1; at < end - 1; at++)
        if (may_begin(s, at, end - 1))
            return 1;
    return 0;
}

static int
is_edged(const Sieve *s, Py_ssize_t start, Py_ssize_t end)
{
    while (start && traits_at(s, start - 1) & BLANK)
        start--;
    while (end < s->length && traits_at(s, end) & BLANK)
        end++;
    return (!start || traits_at(s, start - 1) & BEFORE) && (end == s->length || traits_at(s, end) & BEHIND);
}

static int
keep_simple(Sieve *s, Py_ssize_t start, Py_ssize_t end)
{
    if (is_wordy(s, start, end) && append(s->wordy, Py_BuildValue("(nn)", start, end)))
        return -1;
    return is_edged(s, start, end) ? append(s->edged, Py_BuildValue("(nn)", start, end)) : 0;
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

/* Pair the last open bracket of `kind` with the closing one before `end`; those opened after it stay without a partner. */
static int
close_pair(Sieve *s, int kind, Py_ssize_t end)
{
    Span opener;
    do {
        opener = s->open.items[--s->open.size];
        s->waiting[opener.kind]--;
    } while (opener.kind != kind);
    Py_ssize_t first = s->closed.size;
    while (first && s->closed.items[first - 1].start > opener.start)
        first--;
    int failed;
    if (first == s->closed.size)
        failed = keep_simple(s, opener.start, end);
    else
        failed = append(s->nested, Py_BuildValue("(nnN)", opener.start, end, inner(&s->closed, first)));
    s->closed.size = first;
    return failed ? -1 : push(&s->closed, opener.start, end, kind);
}

static int
step(Sieve *s, int sign, Py_ssize_t at)
{
    if (sign == LINE_END) {
        s->open.size = s->closed.size = 0;
        memset(s->waiting, 0, sizeof s->waiting);
        return 0;
    }
    if (sign > 0) {
        s->waiting[sign]++;
        return push(&s->open, at, at + 1, sign);
    }
    return s->waiting[-sign] ? close_pair(s, -sign, at + 1) : 0;
}

#define SCAN(type)                                          \
    for (Py_ssize_t at = 0; at < s->length; at++) {         \
        Py_UCS4 c = ((const type *)s->data)[at];            \
        int sign = c < PLANE ? SIGNS[c] : 0;                \
        if (sign && step(s, sign, at))                      \
            return -1;                                      \
    }                                                       \
    return 0

static int
scan(Sieve *s)
{
    switch (s->kind) {
    case PyUnicode_1BYTE_KIND: SCAN(Py_UCS1);
    case PyUnicode_2BYTE_KIND: SCAN(Py_UCS2);
    default: SCAN(Py_UCS4);
    }
}

static PyObject *
sift(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *text, *spelling, *traits, *heads;
    if (!PyArg_ParseTuple(args, "USSS:sift", &text, &spelling, &traits, &heads))
        return NULL;
    if (PyBytes_GET_SIZE(spelling) != (Py_ssize_t)(PLANE * sizeof(Py_UCS4)) || PyBytes_GET_SIZE(traits) != PLANE
        || PyBytes_GET_SIZE(heads) != HASHES / 8)
        return PyErr_Format(PyExc_ValueError, "sift() takes tables of %d characters", PLANE);
    Sieve s = {
        .data = PyUnicode_DATA(text),
        .kind = PyUnicode_KIND(text),
        .length = PyUnicode_GET_LENGTH(text),
        .spelling = (const Py_UCS4 *)PyBytes_AS_STRING(spelling),
        .traits = (const unsigned char *)PyBytes_AS_STRING(traits),
        .heads = (const unsigned char *)PyBytes_AS_STRING(heads),
        .wordy = PyList_New(0),
        .edged = PyList_New(0),
        .nested = PyList_New(0),
    };
    int failed = !s.wordy || !s.edged || !s.nested || scan(&s);
    PyMem_Free(s.open.items);
    PyMem_Free(s.closed.items);
    if (!failed)
        return Py_BuildValue("(NNN)", s.wordy, s.edged, s.nested);
    Py_XDECREF(s.wordy);
    Py_XDECREF(s.edged);
    Py_XDECREF(s.nested);
    return NULL;
}

static PyMethodDef methods[] = {
    {"sift", sift, METH_VARARGS, "Return the pairs of a text that can matter; see cleanspam.sieve."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_sieve", NULL, 0, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC
PyInit__sieve(void)
{
    return PyModule_Create(&definition);
}
