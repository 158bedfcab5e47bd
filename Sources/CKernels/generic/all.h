// Everything that is written once, and the table of it.
#include "blocks.h"
#include "classes.h"
#include "scan.h"
#include "json.h"
#include "unescape.h"
#include "find.h"

const trawl_kernels TABLE = {
    .name = TABLE_NAME,
    .count_newlines = count_newlines,
    .scan = scan,
    .scan_words = SCAN_WORDS,
    .json_index = json_index,
    .json_index_line = json_index_line,
    .json_unescape = json_unescape,
    .find = find,
    .find_caseless = find_caseless,
};
