"""Names and orders that Python shares with the program (src-main/contract/domain.ts)."""

# Order of the network's five outputs. A test compares it with the TypeScript constant.
OUTPUTS = ("normal", "af", "ectopy", "other", "noise")

# RHYTHM_CLASSES of the program; CinC 2017 writes them N, A, O, ~.
CLASSES = ("normal", "af", "other", "noise")
CINC_LETTERS = ("N", "A", "O", "~")

SAMPLING_HZ = 250
WINDOW_SAMPLES = 2500

# What one training label allows the five outputs to be: a row of OUTPUTS per label. CinC 2017's
# "O" (`ectopy-or-other`) does not tell ectopy in sinus rhythm from another rhythm; it teaches the
# sum of the two. So does a reader's Normal under the rhythm reading (`normal-or-ectopy`). New
# labels come last: stored predictions name labels by their place.
LABEL_OUTPUTS: dict[str, tuple[int, ...]] = {
    "normal": (1, 0, 0, 0, 0),
    "af": (0, 1, 0, 0, 0),
    "ectopy": (0, 0, 1, 0, 0),
    "other": (0, 0, 0, 1, 0),
    "noise": (0, 0, 0, 0, 1),
    "ectopy-or-other": (0, 0, 1, 1, 0),
    "normal-or-ectopy": (1, 0, 1, 0, 0),
}
LABELS = tuple(LABEL_OUTPUTS)
