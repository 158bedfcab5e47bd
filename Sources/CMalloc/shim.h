// glibc's own calls beside those of the C standard; its Swift module leaves them out.
#include <malloc.h>
