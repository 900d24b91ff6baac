/* SPDX-License-Identifier: Apache-2.0 */
/* The header alone, in C: it must need nothing else. */
#include "drivers/api/photic.h"

const char* name_of_lost(void);
const char* name_of_lost(void) { return photic_status_name(PHOTIC_DEVICE_LOST); }
