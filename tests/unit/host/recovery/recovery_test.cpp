// SPDX-License-Identifier: Apache-2.0
// Which failures are tried again, how often, by which remedy, and what is said of them.
#include "host/recovery/recovery.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace photic::host {
namespace {

/// Work that fails with one status after the other, then succeeds.
class Script {
 public:
  explicit Script(std::vector<photic_status> failures) : failures_(std::move(failures)) {}

  void operator()() {
    if (calls_++ < failures_.size()) {
      throw photic::Error(failures_[calls_ - 1], "number " + std::to_string(calls_));
    }
  }
  size_t calls() const { return calls_; }

 private:
  std::vector<photic_status> failures_;
  size_t calls_ = 0;
};

/// The error that `script` ends with after `retries`, its remedies in `taken`; an OK one if it succeeds.
photic::Error outcome(Recovery& recovery, Script& script, std::vector<Remedy>& taken) {
  try {
    recovery.run([&] { script(); },
                 [&](Remedy wanted) {
                   taken.push_back(wanted);
                   return wanted;
                 });
  } catch (const photic::Error& error) {
    return error;
  }
  return {PHOTIC_OK, ""};
}

TEST(Recovery, CountsNothingWhereNothingFails) {
  Recovery recovery({3});
  Script script({});
  std::vector<Remedy> taken;
  EXPECT_EQ(outcome(recovery, script, taken).status(), PHOTIC_OK);
  EXPECT_EQ(script.calls(), 1u);
  EXPECT_TRUE(taken.empty());
  EXPECT_TRUE(recovery.failures().empty());
}

TEST(Recovery, TakesAHarsherRemedyEachTime) {
  Recovery recovery({4});
  Script script({PHOTIC_TIMEOUT, PHOTIC_DMA_READ_ERROR, PHOTIC_DEVICE_LOST, PHOTIC_TIMEOUT});
  std::vector<Remedy> taken;
  EXPECT_EQ(outcome(recovery, script, taken).status(), PHOTIC_OK);
  EXPECT_EQ(taken, (std::vector{Remedy::kSendAgain, Remedy::kReset, Remedy::kReopen, Remedy::kReopen}));
  const DeviceFailures& failures = recovery.failures();
  ASSERT_EQ(failures.list.size(), 4u);
  EXPECT_EQ(failures.list[1].status, "DMA_READ_ERROR");
  EXPECT_EQ(failures.list[1].text, "number 2");
  EXPECT_EQ(failures.list[1].retry, 2u);
  EXPECT_EQ(failures.resets, 1u);
  EXPECT_EQ(failures.reopenings, 2u);
  EXPECT_EQ(to_json(failures)["by_status"]["TIMEOUT"], 2);
  EXPECT_EQ(to_text(failures),
            "device failures survived: 1 DEVICE_LOST, 1 DMA_READ_ERROR, 2 TIMEOUT; by 4 retries, 1 resets, 2 "
            "reopenings");
}

TEST(Recovery, BeginsAgainWithEachPieceOfWork) {
  Recovery recovery({1});
  std::vector<Remedy> taken;
  for (int piece = 0; piece < 3; ++piece) {
    Script script({PHOTIC_TIMEOUT});
    EXPECT_EQ(outcome(recovery, script, taken).status(), PHOTIC_OK);
  }
  EXPECT_EQ(taken, std::vector(3, Remedy::kSendAgain));
  EXPECT_EQ(recovery.failures().list.size(), 3u);
}

TEST(Recovery, NamesEveryFailureWhenNoRetryIsLeft) {
  Recovery recovery({2});
  Script script({PHOTIC_TIMEOUT, PHOTIC_TIMEOUT, PHOTIC_DEVICE_LOST, PHOTIC_TIMEOUT});
  std::vector<Remedy> taken;
  const photic::Error error = outcome(recovery, script, taken);
  EXPECT_EQ(error.status(), PHOTIC_DEVICE_LOST);
  EXPECT_STREQ(error.what(), "failed 3 times: number 1; then number 2; then number 3");
  EXPECT_EQ(script.calls(), 3u);
}

TEST(Recovery, LetsAFirstFailurePassUnchangedWithoutRetries) {
  Recovery recovery({});
  Script script({PHOTIC_DEVICE_LOST});
  std::vector<Remedy> taken;
  EXPECT_STREQ(outcome(recovery, script, taken).what(), "number 1");
  EXPECT_TRUE(recovery.failures().empty());
}

TEST(Recovery, DoesNotRetryWhatWouldFailAgain) {
  for (const photic_status status :
       {PHOTIC_CHECK_FAILED, PHOTIC_INVALID_FIELD, PHOTIC_INVALID_ADDRESS, PHOTIC_INVALID_PROGRAM,
        PHOTIC_SATURATED, PHOTIC_CONTRACT_MISMATCH, PHOTIC_NOT_FOUND, PHOTIC_UNSUPPORTED}) {
    Recovery recovery({3});
    Script script({status});
    std::vector<Remedy> taken;
    EXPECT_EQ(outcome(recovery, script, taken).status(), status);
    EXPECT_EQ(script.calls(), 1u) << photic_status_name(status);
  }
}

TEST(Recovery, CountsAFailedRevivalAsARetry) {
  Recovery recovery({3});
  Script script({PHOTIC_DEVICE_LOST});
  std::vector<Remedy> asked;
  recovery.run([&] { script(); },
               [&](Remedy wanted) {
                 asked.push_back(wanted);
                 if (wanted != Remedy::kReopen) {
                   throw photic::Error(PHOTIC_NOT_FOUND, "nobody there");
                 }
                 return wanted;
               });
  EXPECT_EQ(asked, (std::vector{Remedy::kSendAgain, Remedy::kReset, Remedy::kReopen}));
  EXPECT_EQ(script.calls(), 2u);
  EXPECT_EQ(recovery.failures().list.size(), 3u);
  EXPECT_EQ(recovery.failures().reopenings, 1u);
  EXPECT_EQ(recovery.failures().resets, 0u);
}

}  // namespace
}  // namespace photic::host
