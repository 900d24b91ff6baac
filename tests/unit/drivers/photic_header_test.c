/* SPDX-License-Identifier: Apache-2.0 */
/* The headers alone, in C: they must need nothing else. */
#include "drivers/api/photic_spu.h"

const char* name_of_lost(void);
const char* name_of_lost(void) { return photic_status_name(PHOTIC_DEVICE_LOST); }
