// SPDX-License-Identifier: Apache-2.0
// Holds the constants and the record that photic.h repeats for C programs against the generated
// specification.
#include <cstddef>
#include <type_traits>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/schemes.h"
#include "drivers/api/photic.h"
#include "drivers/api/photic_spu.h"

namespace photic::api {
namespace {

template <typename Enum>
constexpr bool same(int64_t ours, Enum theirs) {
  return ours == static_cast<int64_t>(theirs);
}

#define PHOTIC_CHECK_STATUS(NAME) static_assert(same(PHOTIC_##NAME, abi::Status::NAME))
PHOTIC_CHECK_STATUS(OK);
PHOTIC_CHECK_STATUS(INVALID_OPCODE);
PHOTIC_CHECK_STATUS(INVALID_FIELD);
PHOTIC_CHECK_STATUS(INVALID_MIRRORS);
PHOTIC_CHECK_STATUS(INVALID_CAMERA);
PHOTIC_CHECK_STATUS(INVALID_EXPOSURE);
PHOTIC_CHECK_STATUS(INVALID_ADDRESS);
PHOTIC_CHECK_STATUS(NOT_CALIBRATED);
PHOTIC_CHECK_STATUS(INVALID_REGION);
PHOTIC_CHECK_STATUS(INVALID_PROGRAM);
PHOTIC_CHECK_STATUS(INVALID_EVENTS);
PHOTIC_CHECK_STATUS(DMA_READ_ERROR);
PHOTIC_CHECK_STATUS(DMA_WRITE_ERROR);
PHOTIC_CHECK_STATUS(TIMEOUT);
PHOTIC_CHECK_STATUS(SATURATED);
PHOTIC_CHECK_STATUS(LINK_ERROR);
PHOTIC_CHECK_STATUS(INVALID_ARGUMENT);
PHOTIC_CHECK_STATUS(INVALID_URI);
PHOTIC_CHECK_STATUS(NOT_FOUND);
PHOTIC_CHECK_STATUS(CONTRACT_MISMATCH);
PHOTIC_CHECK_STATUS(OUT_OF_MEMORY);
PHOTIC_CHECK_STATUS(QUEUE_FULL);
PHOTIC_CHECK_STATUS(BUSY);
PHOTIC_CHECK_STATUS(WAIT_TIMEOUT);
PHOTIC_CHECK_STATUS(DEVICE_LOST);
PHOTIC_CHECK_STATUS(DEPENDENCY_FAILED);
PHOTIC_CHECK_STATUS(CHECK_FAILED);
PHOTIC_CHECK_STATUS(PROTOCOL_ERROR);
PHOTIC_CHECK_STATUS(UNSUPPORTED);
PHOTIC_CHECK_STATUS(INTERNAL);
#undef PHOTIC_CHECK_STATUS

static_assert(same(PHOTIC_KIND_OPU, abi::DeviceKind::OPU) && same(PHOTIC_KIND_SPU, abi::DeviceKind::SPU));
static_assert(same(PHOTIC_OP_NOP, abi::Opcode::NOP) &&
              same(PHOTIC_OP_OPU_PROJECT, abi::Opcode::OPU_PROJECT) &&
              same(PHOTIC_OP_OPU_CALIBRATE, abi::Opcode::OPU_CALIBRATE));
static_assert(same(PHOTIC_OP_SPU_WRITE, abi::Opcode::SPU_WRITE) &&
              same(PHOTIC_OP_SPU_READ, abi::Opcode::SPU_READ) &&
              same(PHOTIC_OP_SPU_CLEAR, abi::Opcode::SPU_CLEAR) &&
              same(PHOTIC_OP_SPU_RUN, abi::Opcode::SPU_RUN));
static_assert(same(PHOTIC_SUBMIT_IRQ, abi::SUBMIT_IRQ) && same(PHOTIC_SUBMIT_STRICT, abi::SUBMIT_STRICT));
static_assert(same(PHOTIC_INPUT_U1, abi::InputFormat::U1) && same(PHOTIC_INPUT_T2, abi::InputFormat::T2) &&
              same(PHOTIC_INPUT_U8, abi::InputFormat::U8) && same(PHOTIC_INPUT_I8, abi::InputFormat::I8));
static_assert(same(PHOTIC_OUTPUT_U8, abi::OutputFormat::U8) &&
              same(PHOTIC_OUTPUT_I16, abi::OutputFormat::I16) &&
              same(PHOTIC_OUTPUT_I32, abi::OutputFormat::I32));
static_assert(same(PHOTIC_SCHEME_INTENSITY, abi::Scheme::INTENSITY) &&
              same(PHOTIC_SCHEME_PHASE2, abi::Scheme::PHASE2) &&
              same(PHOTIC_SCHEME_PHASE3, abi::Scheme::PHASE3) &&
              same(PHOTIC_SCHEME_PHASE4, abi::Scheme::PHASE4) &&
              same(PHOTIC_SCHEME_ANCHOR, abi::Scheme::ANCHOR) &&
              same(PHOTIC_SCHEME_COMPLEMENT, abi::Scheme::COMPLEMENT));
static_assert(abi::kSchemes.size() == 6, "a scheme was added: name it in photic.h");
static_assert(same(PHOTIC_LAYOUT_SQUARE, abi::LAYOUT_SQUARE) &&
              same(PHOTIC_LAYOUT_OUTSIDE_LIT, abi::LAYOUT_OUTSIDE_LIT) &&
              same(PHOTIC_LAYOUT_REAL_ONLY, abi::LAYOUT_REAL_ONLY));

#define PHOTIC_CHECK_REGION(NAME) static_assert(same(PHOTIC_SPU_REGION_##NAME, abi::SpuRegion::NAME))
PHOTIC_CHECK_REGION(CONFIG);
PHOTIC_CHECK_REGION(AXON);
PHOTIC_CHECK_REGION(SYNAPSE);
PHOTIC_CHECK_REGION(WALK);
PHOTIC_CHECK_REGION(NEURON);
PHOTIC_CHECK_REGION(POINTER);
PHOTIC_CHECK_REGION(FANOUT);
PHOTIC_CHECK_REGION(STATE);
PHOTIC_CHECK_REGION(ACCUMULATOR);
PHOTIC_CHECK_REGION(COUNTER);
#undef PHOTIC_CHECK_REGION
static_assert(same(PHOTIC_SPU_RECORD_NONE, abi::SpuRecord::NONE) &&
              same(PHOTIC_SPU_RECORD_BITS, abi::SpuRecord::BITS) &&
              same(PHOTIC_SPU_RECORD_I32, abi::SpuRecord::I32) &&
              same(PHOTIC_SPU_RECORD_STATES, abi::SpuRecord::STATES));
static_assert(same(PHOTIC_SPU_CLEAR_STATE, abi::SPU_CLEAR_STATE) &&
              same(PHOTIC_SPU_CLEAR_COUNTERS, abi::SPU_CLEAR_COUNTERS));

static_assert(sizeof(photic_submission) == sizeof(abi::Submission) &&
              sizeof(photic_submission) == sizeof(abi::SpuMemory) &&
              sizeof(photic_submission) == sizeof(abi::SpuRun));
#define PHOTIC_CHECK_FIELD(NAME)                                                        \
  static_assert(offsetof(photic_submission, NAME) == offsetof(abi::Submission, NAME) && \
                sizeof(photic_submission::NAME) == sizeof(abi::Submission::NAME))
PHOTIC_CHECK_FIELD(opcode);
PHOTIC_CHECK_FIELD(flags);
PHOTIC_CHECK_FIELD(command);
PHOTIC_CHECK_FIELD(timeout);
PHOTIC_CHECK_FIELD(source);
PHOTIC_CHECK_FIELD(destination);
PHOTIC_CHECK_FIELD(features);
PHOTIC_CHECK_FIELD(vectors);
PHOTIC_CHECK_FIELD(input);
PHOTIC_CHECK_FIELD(recovery);
PHOTIC_CHECK_FIELD(mirror_row);
PHOTIC_CHECK_FIELD(mirror_col);
PHOTIC_CHECK_FIELD(mirror_rows);
PHOTIC_CHECK_FIELD(mirror_cols);
PHOTIC_CHECK_FIELD(macro);
PHOTIC_CHECK_FIELD(grid_cols);
PHOTIC_CHECK_FIELD(scale);
PHOTIC_CHECK_FIELD(layout);
PHOTIC_CHECK_FIELD(shift);
PHOTIC_CHECK_FIELD(camera_row);
PHOTIC_CHECK_FIELD(camera_rows);
PHOTIC_CHECK_FIELD(outputs);
PHOTIC_CHECK_FIELD(exposure);
PHOTIC_CHECK_FIELD(frame);
#undef PHOTIC_CHECK_FIELD

}  // namespace
}  // namespace photic::api
