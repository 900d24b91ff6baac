// SPDX-License-Identifier: Apache-2.0
// Trainings and inferences on devices that fail by rule: one fault of each class that can be noticed.
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "host/checkpoint/checkpoint.h"
#include "host/session/make_trainer.h"
#include "host/snn/runner.h"
#include "host/snn/snn_error.h"
#include "tests/unit/host/support.h"
#include "tests/workload/survival/small_inference.h"

namespace photic::survival {
namespace {

/// A fault, and what is said of it.
struct Fault {
  const char* name;
  const char* rules;
  const char* status;  // of the failures survived; empty: the driver itself gets over it
  const char* options = "";
};

void PrintTo(const Fault& fault, std::ostream* stream) {
  *stream << fault.rules;
}

std::string name_of(const testing::TestParamInfo<Fault>& info) {
  return info.param.name;
}

std::string faulty(const Fault& fault, const std::string& uri) {
  return "fault:" + std::string(fault.rules) + ":" + uri + fault.options;
}

void expect_told(const host::DeviceFailures& failures, const Fault& fault) {
  EXPECT_EQ(failures.empty(), std::string(fault.status).empty()) << host::to_text(failures);
  for (const host::DeviceFailure& failure : failures.list) {
    EXPECT_EQ(failure.status, fault.status) << failure.text;
  }
}

class TrainingOn : public testing::TestWithParam<Fault> {
 protected:
  /// The checkpoint after the last step.
  std::string train(const std::string& device, host::RetryPolicy policy,
                    host::DeviceFailures* failures = nullptr) {
    static const host::Dataset data = host::test::toy_dataset();
    host::TrainConfig config = host::test::toy_config(host::Method::kOpticalDfa);
    config.device = device;
    config.epochs = 2;
    config.network.hidden = {24, 16};
    const auto trainer = host::make_trainer(config, data, policy);
    while (!trainer->finished()) {
      trainer->step();
    }
    if (failures != nullptr) {
      *failures = trainer->feedback()->report().failures;
    }
    // Settings name the device, parameters do not.
    std::string bytes;
    for (const host::Parameter* parameter : trainer->network().parameters()) {
      bytes.append(reinterpret_cast<const char*>(parameter->value.data()),
                   parameter->value.size() * sizeof(float));
    }
    return bytes;
  }
};

TEST_P(TrainingOn, GivesTheWeightsOfAnUndisturbedRun) {
  constexpr const char* kDevice = "golden:opu?reference=60";
  host::DeviceFailures failures;
  EXPECT_EQ(train(faulty(GetParam(), kDevice), {host::kDefaultRetries}, &failures), train(kDevice, {}));
  expect_told(failures, GetParam());
}

constexpr const char* kImpatient = "&stall_ms=300";

constexpr Fault kOpticalFaults[] = {
    {"DmaReadError", "dma_read_error,command=30", "DMA_READ_ERROR"},
    {"DmaWriteError", "dma_write_error,command=30", "DMA_WRITE_ERROR"},
    {"DmaErrorWhileTuning", "dma_read_error,command=4", "DMA_READ_ERROR"},
    {"OneDmaErrorInTen", "dma_read_error,chance=0.1,seed=3", "DMA_READ_ERROR"},
    {"RingReadError", "ring_read_error,command=30", "DMA_READ_ERROR"},
    {"RingWriteError", "ring_write_error,command=30", "DMA_WRITE_ERROR"},
    {"Hang", "hang,command=30", "DEVICE_LOST", kImpatient},
    {"HangBeforeTheCompletion", "hang,at=completion,command=30", "DEVICE_LOST", kImpatient},
    {"Vanish", "vanish,command=30", "DEVICE_LOST"},
    {"VanishOfAProcess", "vanish,at=data,command=30", "DEVICE_LOST", "&process=1"},
    {"CorruptedCompletion", "corrupted_completion,command=30,seed=1", "PROTOCOL_ERROR"},
    {"LostInterrupt", "lost_interrupt,command=30", ""},
    {"LateInterrupt", "late_interrupt,command=30,ms=5", ""},
};
INSTANTIATE_TEST_SUITE_P(FaultsOf, TrainingOn, testing::ValuesIn(kOpticalFaults), name_of);

class InferenceOn : public testing::TestWithParam<Fault> {};

TEST_P(InferenceOn, GivesTheOutputsAndCountersOfAnUndisturbedRun) {
  constexpr const char* kDevice = "golden:spu?geometry=tiny";
  const SmallInference the(1);
  host::snn::Runner calm(kDevice, the.program);
  const host::snn::RunResult expected = calm.run(the.samples, one_at_a_time());
  host::snn::Runner runner(faulty(GetParam(), kDevice), the.program, {host::kDefaultRetries});
  EXPECT_EQ(runner.run(the.samples, one_at_a_time()).values, expected.values);
  EXPECT_EQ(activity(runner), activity(calm));
  expect_told(runner.failures(), GetParam());
}

constexpr Fault kSpikingFaults[] = {
    {"DmaReadError", "dma_read_error,opcode=spu_run,command=5", "DMA_READ_ERROR"},
    {"DmaWriteError", "dma_write_error,opcode=spu_run,command=5", "DMA_WRITE_ERROR"},
    {"DmaErrorWhileLoading", "dma_read_error,opcode=spu_write,command=2", "DMA_READ_ERROR"},
    {"OneDmaErrorInTen", "dma_read_error,opcode=spu_run,chance=0.1,seed=3", "DMA_READ_ERROR"},
    {"RingReadError", "ring_read_error,opcode=spu_run,command=5", "DMA_READ_ERROR"},
    {"Hang", "hang,opcode=spu_run,command=5", "DEVICE_LOST", kImpatient},
    {"Vanish", "vanish,opcode=spu_run,command=5", "DEVICE_LOST"},
    {"BadLink", "flip_link", "LINK_ERROR"},
};
INSTANTIATE_TEST_SUITE_P(FaultsOf, InferenceOn, testing::ValuesIn(kSpikingFaults), name_of);

TEST(LiveRunOnAFaultyDevice, RefusesToGoOnUntilItIsToldWhere) {
  const SmallInference the(1);
  const std::string device = "fault:dma_write_error,opcode=spu_run,command=2:golden:spu?geometry=tiny";
  host::snn::Runner calm("golden:spu?geometry=tiny", the.program);
  host::snn::Runner runner(device, the.program, {host::kDefaultRetries});
  const host::snn::RunOptions options = one_at_a_time();
  calm.advance(the.samples[0], options);
  runner.advance(the.samples[0], options);
  const host::snn::Snapshot kept = runner.snapshot();
  EXPECT_EQ(calm.advance(the.samples[1], options).values, runner.advance(the.samples[1], options).values);
  EXPECT_THROW(runner.advance(the.samples[2], options), host::snn::SnnError);
  EXPECT_THROW(runner.advance(the.samples[2], options), host::snn::SnnError) << "its state is unknown";
  EXPECT_THROW(runner.snapshot(), host::snn::SnnError);
  runner.restore(kept);
  runner.advance(the.samples[1], options);
  EXPECT_EQ(calm.advance(the.samples[2], options).values, runner.advance(the.samples[2], options).values);
  EXPECT_EQ(calm.snapshot(), runner.snapshot());
}

}  // namespace
}  // namespace photic::survival
