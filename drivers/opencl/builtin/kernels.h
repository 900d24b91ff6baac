// SPDX-License-Identifier: Apache-2.0
// The kernels of each kind of device. docs/reference/opencl.md lists their arguments.
#pragma once

#include "drivers/opencl/builtin/builtin.h"

namespace photic::opencl {

extern const BuiltinKernel kOpuConfigure;
extern const BuiltinKernel kOpuProject;
extern const BuiltinKernel kOpuCalibrate;
extern const BuiltinKernel kSpuConfigure;
extern const BuiltinKernel kSpuWrite;
extern const BuiltinKernel kSpuRead;
extern const BuiltinKernel kSpuClear;
extern const BuiltinKernel kSpuRun;

}  // namespace photic::opencl
