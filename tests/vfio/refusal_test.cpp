// SPDX-License-Identifier: Apache-2.0
// Functions that cannot be had, and what the driver says about them; a process without privileges.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "drivers/transport/vfio/vfio_transport.h"
#include "tests/vfio/guest.h"

namespace photic::test {
namespace {

constexpr uid_t kSomebody = 1000;
constexpr uint64_t kBusAddress = uint64_t{1} << 36;

// Runs `call` in a process without privileges; its outcome.
Outcome as_somebody(const std::function<void()>& call) {
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe(ends.data()), 0);
  const pid_t child = fork();
  if (child == 0) {
    const rlimit little{64 << 10, 64 << 10};
    if (setgid(kSomebody) != 0 || setuid(kSomebody) != 0 || setrlimit(RLIMIT_MEMLOCK, &little) != 0) {
      _exit(1);
    }
    const Outcome outcome = outcome_of(call);
    const auto status = static_cast<uint16_t>(outcome.status);
    const bool told = write(ends[1], &status, sizeof(status)) == sizeof(status) &&
                      write(ends[1], outcome.text.data(), outcome.text.size()) >= 0;
    _exit(told ? 0 : 1);
  }
  close(ends[1]);
  uint16_t status = 0;
  std::string text(4096, '\0');
  EXPECT_EQ(read(ends[0], &status, sizeof(status)), ssize_t{sizeof(status)});
  ssize_t length = 0;
  for (ssize_t more = 1; more > 0; length += more) {
    more =
        std::max<ssize_t>(0, read(ends[0], text.data() + length, text.size() - static_cast<size_t>(length)));
  }
  close(ends[0]);
  int ended = 0;
  waitpid(child, &ended, 0);
  EXPECT_EQ(ended, 0);
  text.resize(static_cast<size_t>(length));
  return {static_cast<abi::Status>(status), text};
}

bool says(const Outcome& outcome, const std::string& part) {
  return outcome.text.find(part) != std::string::npos;
}

Outcome opening(const std::string& address) {
  return outcome_of([&] { const Function function(running_kernel(), address, {}); });
}

TEST(Refusal, NamesAnAddressWithoutAFunction) {
  const Outcome outcome = opening("0000:00:1e.7");
  EXPECT_EQ(outcome.status, abi::Status::NOT_FOUND);
  EXPECT_TRUE(says(outcome, "lspci -D")) << outcome.text;
}

TEST(Refusal, NamesTheDriverThatHoldsTheFunction) {
  const Outcome outcome = opening(address_of("PAIR_SECOND"));
  EXPECT_EQ(outcome.status, abi::Status::NOT_FOUND);
  EXPECT_TRUE(says(outcome, "bound to the driver uio_pci_generic, not to vfio-pci")) << outcome.text;
}

TEST(Refusal, NamesTheOtherFunctionOfAGroupAndTheRemedyWorks) {
  Outcome outcome = opening(address_of("PAIR_FIRST"));
  EXPECT_EQ(outcome.status, abi::Status::BUSY);
  EXPECT_TRUE(says(outcome, address_of("PAIR_SECOND") + " (uio_pci_generic)")) << outcome.text;
  outcome = opening(address_of("PAIR_SECOND"));
  const size_t commands = outcome.text.find("as root: ");
  ASSERT_NE(commands, std::string::npos);
  EXPECT_EQ(std::system(outcome.text.substr(commands + 9).c_str()), 0);
  EXPECT_EQ(opening(address_of("PAIR_FIRST")).text, "");
}

TEST(Refusal, TellsASecondOpenerThatTheFunctionIsHeld) {
  const Function function(running_kernel(), address_of("EDU"), {});
  const Outcome outcome = opening(address_of("EDU"));
  EXPECT_EQ(outcome.status, abi::Status::BUSY);
  EXPECT_TRUE(says(outcome, "another process holds the function") && says(outcome, "fuser -v /dev/vfio/"))
      << outcome.text;
}

TEST(Refusal, TellsAUserWhichFileToBeGiven) {
  const std::string group =
      "/dev/vfio/" + transport::vfio_pci::find_place(running_kernel(), address_of("EDU")).group;
  const Outcome outcome =
      as_somebody([] { const Function function(running_kernel(), address_of("EDU"), {}); });
  EXPECT_EQ(outcome.status, abi::Status::NOT_FOUND);
  EXPECT_TRUE(says(outcome, "Permission denied") && says(outcome, "chown $USER " + group)) << outcome.text;
}

TEST(Refusal, LetsAUserWorkWhoWasGivenTheFileAndNamesTheLimitOfLockedMemory) {
  const std::string group =
      "/dev/vfio/" + transport::vfio_pci::find_place(running_kernel(), address_of("EDU")).group;
  ASSERT_EQ(chown(group.c_str(), kSomebody, kSomebody), 0);
  const Outcome outcome = as_somebody([] {
    Function function(running_kernel(), address_of("EDU"), {});
    const Pages few(16 << 10);
    const Pages many(1 << 20);
    function.memory().map(kBusAddress, few.size(), few.memory());
    function.memory().map(2 * kBusAddress, many.size(), many.memory());
  });
  EXPECT_EQ(outcome.status, abi::Status::OUT_OF_MEMORY);
  EXPECT_TRUE(says(outcome, "limit of locked memory, which is 64 KiB")) << outcome.text;
  ASSERT_EQ(chown(group.c_str(), 0, 0), 0);
}

TEST(Refusal, TellsThatAFunctionIsNoPhoticDevice) {
  const transport::Uri uri = transport::parse_uri("vfio:" + address_of("EDU"));
  const Outcome outcome = outcome_of([&] { transport::connect_vfio(uri, {}); });
  EXPECT_EQ(outcome.status, abi::Status::UNSUPPORTED);
  EXPECT_TRUE(says(outcome, "no function-level reset, which a Photic device needs")) << outcome.text;
}

}  // namespace
}  // namespace photic::test
