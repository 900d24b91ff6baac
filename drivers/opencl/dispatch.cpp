// SPDX-License-Identifier: Apache-2.0
// The dispatch table: every slot filled, because a loader calls through an empty one.
#include <iterator>

#include "drivers/opencl/object.h"

namespace photic::opencl {
namespace {

// What a slot answers that has no caller on this operating system.
cl_int no_such_function() {
  return CL_INVALID_OPERATION;
}

cl_icd_dispatch make_table() {
  cl_icd_dispatch table{};
// NOLINTBEGIN(cppcoreguidelines-macro-usage): one line a slot
#define PHOTIC_OPENCL_SLOT(name) table.cl##name = &pcl##name;
  PHOTIC_OPENCL_TABLE(PHOTIC_OPENCL_SLOT)
#undef PHOTIC_OPENCL_SLOT
#define PHOTIC_OPENCL_SLOT(name) \
  table.cl##name = reinterpret_cast<decltype(table.cl##name)>(&no_such_function);
  PHOTIC_OPENCL_WINDOWS(PHOTIC_OPENCL_SLOT)
#undef PHOTIC_OPENCL_SLOT
  // NOLINTEND(cppcoreguidelines-macro-usage)
  return table;
}

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage)
#define PHOTIC_OPENCL_NAME(name) #name,
constexpr const char* kSlots[] = {PHOTIC_OPENCL_TABLE(PHOTIC_OPENCL_NAME)
                                      PHOTIC_OPENCL_WINDOWS(PHOTIC_OPENCL_NAME)};
#undef PHOTIC_OPENCL_NAME
// Headers newer than the list fail here: their slots would stay empty.
static_assert(sizeof(cl_icd_dispatch) == std::size(kSlots) * sizeof(void*),
              "the table has slots that entry_points.h does not name");

}  // namespace

const cl_icd_dispatch& dispatch_table() {
  static const cl_icd_dispatch table = make_table();
  return table;
}

}  // namespace photic::opencl
