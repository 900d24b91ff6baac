// SPDX-License-Identifier: Apache-2.0
// Device URIs: what is understood, and how everything else is refused.
#include "drivers/transport/uri.h"

#include <gtest/gtest.h>

#include "drivers/transport/error.h"

namespace photic::transport {
namespace {

using Options = std::vector<std::pair<std::string, std::string>>;

TEST(DeviceUri, NamesASimulatedTargetWithOptions) {
  const Uri uri = parse_uri("golden:opu?geometry=gen3&seed=7");
  EXPECT_EQ(uri.form, UriForm::kSimulated);
  EXPECT_EQ(uri.targets, std::vector<std::string>{"golden"});
  EXPECT_EQ(uri.kind, "opu");
  EXPECT_EQ(uri.options, (Options{{"geometry", "gen3"}, {"seed", "7"}}));
  EXPECT_EQ(uri.text, "golden:opu?geometry=gen3&seed=7");
}

TEST(DeviceUri, NamesTwoTargetsToCheckAgainstEachOther) {
  const Uri uri = parse_uri("check:rtl,systemc:opu?geometry=tiny");
  EXPECT_EQ(uri.form, UriForm::kCheck);
  EXPECT_EQ(uri.targets, (std::vector<std::string>{"rtl", "systemc"}));
  EXPECT_EQ(uri.kind, "opu");
}

TEST(DeviceUri, NamesTheSocketOfARemoteDevice) {
  const Uri uri = parse_uri("remote:/run/photic/a.sock?stall_ms=100");
  EXPECT_EQ(uri.form, UriForm::kRemote);
  EXPECT_EQ(uri.path, "/run/photic/a.sock");
  EXPECT_EQ(uri.options, (Options{{"stall_ms", "100"}}));
}

TEST(DeviceUri, NamesTheKindOfEveryTarget) {
  for (const char* text : {"golden:spu", "systemc:spu?geometry=mesh5", "rtl:spu", "check:rtl,systemc:spu"}) {
    EXPECT_EQ(parse_uri(text).kind, "spu") << text;
  }
}

struct Malformed {
  const char* text;
  const char* position;
  const char* remedy;
};

class MalformedUri : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedUri, IsRefusedWithPositionAndRemedy) {
  try {
    parse_uri(GetParam().text);
    FAIL() << GetParam().text << " was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), abi::Status::INVALID_URI);
    EXPECT_NE(std::string(error.what()).find(std::string("position ") + GetParam().position + ":"),
              std::string::npos)
        << error.what();
    EXPECT_NE(std::string(error.what()).find(GetParam().remedy), std::string::npos) << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(
    Forms, MalformedUri,
    testing::Values(
        Malformed{"", "0", "golden:opu"}, Malformed{"golden", "6", "golden:opu"},
        Malformed{"?a=b", "0", "golden:opu"}, Malformed{":opu", "0", "use golden, systemc or rtl"},
        Malformed{"gold:opu", "0", "use golden, systemc or rtl"}, Malformed{"golden:", "7", "use opu or spu"},
        Malformed{"golden:gpu", "7", "use opu or spu"}, Malformed{"golden:opu:x", "7", "use opu or spu"},
        Malformed{"golden:opu?", "11", "key=value"}, Malformed{"golden:opu?seed", "11", "key=value"},
        Malformed{"golden:opu?=7", "11", "key=value"}, Malformed{"golden:opu?seed=", "11", "key=value"},
        Malformed{"golden:opu?seed=1&", "18", "key=value"},
        Malformed{"golden:opu?seed=1&&a=b", "18", "key=value"},
        Malformed{"golden:opu?seed=1&seed=2", "18", "once"},
        Malformed{"check:rtl:opu", "10", "check:rtl,systemc:opu"},
        Malformed{"check:rtl,:opu", "10", "golden, systemc or rtl"},
        Malformed{"check:rtl,fpga:opu", "10", "golden, systemc or rtl"},
        Malformed{"check:rtl,rtl:opu", "14", "different"},
        Malformed{"check:rtl,systemc", "17", "check:rtl,systemc:opu"},
        Malformed{"check:", "6", "golden, systemc or rtl"},
        Malformed{"check:rtl,systemc:", "18", "use opu or spu"}, Malformed{"remote:", "7", "/absolute/path"},
        Malformed{"remote:a.sock", "7", "/absolute/path"}, Malformed{"remote:/a?x", "10", "key=value"},
        Malformed{"remote:/a%4", "9", "%25"}, Malformed{"vfio:3b:00.0", "5", "vfio:0000:3b:00.0"},
        Malformed{"vfio:0000:3B:00.0", "5", "vfio:0000:3b:00.0"}, Malformed{"replay:", "7", "replay:run"},
        Malformed{"record:x", "7", "record:run"}, Malformed{"record::golden:opu", "7", "record:run"},
        Malformed{"fault:hang", "6", "fault:hang"}, Malformed{"fault:hang:gold:opu", "11", "golden"}));

TEST(DeviceUri, NamesAPciFunctionByItsAddress) {
  const Uri uri = parse_uri("vfio:0000:3b:00.0?stall_ms=50");
  EXPECT_EQ(uri.form, UriForm::kVfio);
  EXPECT_EQ(uri.path, "0000:3b:00.0");
  EXPECT_EQ(driver_options(uri).stall_ms, 50U);
}

TEST(DeviceUri, NamesARecordingWithItsAwkwardCharactersEscaped) {
  const Uri uri = parse_uri("replay:runs/a%3Ab%25.recording");
  EXPECT_EQ(uri.form, UriForm::kReplay);
  EXPECT_EQ(uri.path, "runs/a:b%.recording");
}

TEST(DeviceUri, WrapsADeviceInRecordingsAndFaultsWhoseOptionsAreTheDevices) {
  const Uri uri = parse_uri("fault:hang,command=3+late_interrupt:record:x.recording:rtl:spu?stall_ms=70");
  EXPECT_EQ(uri.form, UriForm::kFault);
  EXPECT_EQ(uri.rules, "hang,command=3+late_interrupt");
  EXPECT_EQ(uri.kind, "spu");
  ASSERT_TRUE(uri.inner);
  EXPECT_EQ(uri.inner->form, UriForm::kRecord);
  EXPECT_EQ(uri.inner->path, "x.recording");
  EXPECT_EQ(uri.device().text, "rtl:spu?stall_ms=70");
  EXPECT_EQ(driver_options(uri).stall_ms, 70U);
}

TEST(DeviceUri, RefusesOverlongTextAndEmbeddedNul) {
  EXPECT_THROW(parse_uri("golden:opu?a=" + std::string(5000, 'x')), Error);
  EXPECT_THROW(parse_uri(std::string("golden:opu?a=b\0c", 16)), Error);
}

std::string refusal(const std::string& text, void (*read)(OptionReader&)) {
  const Uri uri = parse_uri(text);
  OptionReader reader(uri);
  try {
    read(reader);
    reader.finish();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), abi::Status::INVALID_URI);
    return error.what();
  }
  return "accepted";
}

void read_example(OptionReader& reader) {
  EXPECT_EQ(reader.text("name", "none"), "none");
  reader.choice("size", {"big", "small"}, "small");
  reader.number("seed", 1, 100, 7);
  reader.flag("on", false);
}

TEST(UriOptions, ListsTheKnownOnesWhenOneIsUnknown) {
  const std::string text = refusal("golden:opu?sede=7", read_example);
  EXPECT_NE(text.find("unknown option 'sede'"), std::string::npos) << text;
  EXPECT_NE(text.find("name, on, seed, size"), std::string::npos) << text;
  EXPECT_NE(refusal("golden:spu?noise=off", read_example).find("'noise' of an spu"), std::string::npos);
}

TEST(UriOptions, RefusesValuesOutsideTheirRange) {
  for (const char* text :
       {"golden:opu?seed=0", "golden:opu?seed=101", "golden:opu?seed=-1", "golden:opu?seed=7x",
        "golden:opu?seed=0x7", "golden:opu?seed=99999999999999999999"}) {
    EXPECT_NE(refusal(text, read_example).find("from 1 to 100"), std::string::npos) << text;
  }
  EXPECT_NE(refusal("golden:opu?on=yes", read_example).find("from 0 to 1"), std::string::npos);
  EXPECT_NE(refusal("golden:opu?size=tall", read_example).find("big, small"), std::string::npos);
}

TEST(UriOptions, AcceptsEveryKnownOneAndItsLimits) {
  EXPECT_EQ(refusal("golden:opu?seed=1&size=big&on=1", read_example), "accepted");
  EXPECT_EQ(refusal("golden:opu?seed=100", read_example), "accepted");
}

TEST(UriOptions, OfTheDriverHaveRanges) {
  EXPECT_EQ(driver_options(parse_uri("golden:opu")).stall_ms, 10000U);
  EXPECT_EQ(driver_options(parse_uri("golden:opu?stall_ms=50&process=1")).stall_ms, 50U);
  EXPECT_TRUE(driver_options(parse_uri("golden:opu?process=1")).process);
  EXPECT_THROW(driver_options(parse_uri("golden:opu?stall_ms=0")), Error);
  EXPECT_THROW(driver_options(parse_uri("remote:/a?seed=1")), Error);
}

}  // namespace
}  // namespace photic::transport
