// SPDX-License-Identifier: Apache-2.0
// The language of fault rules.
#include "sim/faults/rules.h"

#include <gtest/gtest.h>

#include "drivers/transport/error.h"

namespace photic::faults {
namespace {

TEST(FaultRules, AreReadWithEveryKey) {
  const Rule rule =
      parse_rules(
          "corrupted_completion,queue=2,opcode=spu_run,after=5,command=3,every=4,count=6,chance=0.25,"
          "seed=18446744073709551615,field=status,bit=15")
          .at(0);
  EXPECT_EQ(rule.what, Class::kCorruptedCompletion);
  EXPECT_EQ(rule.queue, 2U);
  EXPECT_EQ(rule.opcode, abi::Opcode::SPU_RUN);
  EXPECT_EQ(rule.after, 5U);
  EXPECT_EQ(rule.command, 3U);
  EXPECT_EQ(rule.every, 4U);
  EXPECT_EQ(rule.count, 6U);
  EXPECT_EQ(rule.chance, 0.25);
  EXPECT_EQ(rule.seed, std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(rule.field, Part::kStatus);
  EXPECT_EQ(rule.bit, 15U);
  EXPECT_EQ(parse_rules("hang,at=completion").at(0).at, Moment::kCompletion);
  EXPECT_EQ(parse_rules("flip_output,word=7,bit=63").at(0).word, 7U);
  EXPECT_EQ(parse_rules("late_interrupt,by=9").at(0).by, 9U);
  EXPECT_EQ(parse_rules("late_interrupt,ms=9").at(0).ms, 9U);
  EXPECT_EQ(parse_rules("slow,us=250").at(0).us, 250U);
  EXPECT_EQ(parse_rules("lose_trigger,frame=12").at(0).frame, 12U);
}

TEST(FaultRules, AreKnownByTheirNamesAndNeedNoKey) {
  EXPECT_EQ(classes().size(), 16U);
  for (const ClassInfo& info : classes()) {
    const std::vector<Rule> rules = parse_rules(std::string(info.name));
    ASSERT_EQ(rules.size(), 1U);
    EXPECT_EQ(rules[0].what, info.what);
    EXPECT_EQ(name(rules[0].what), info.name);
  }
}

TEST(FaultRules, HitOnceUnlessAPatternOrAChanceIsGiven) {
  EXPECT_EQ(parse_rules("hang").at(0).count, 1U);
  EXPECT_EQ(parse_rules("hang,count=all").at(0).count, kAll);
  EXPECT_EQ(parse_rules("lost_interrupt,every=3").at(0).count, kAll);
  EXPECT_EQ(parse_rules("lost_interrupt,chance=0.5").at(0).count, kAll);
  EXPECT_EQ(parse_rules("lost_interrupt,chance=0.5,count=2").at(0).count, 2U);
}

TEST(FaultRules, FollowOneAnotherInTheirOrder) {
  const std::vector<Rule> rules = parse_rules("lost_interrupt,count=all+hang,command=2+slow");
  ASSERT_EQ(rules.size(), 3U);
  EXPECT_EQ(rules[0].what, Class::kLostInterrupt);
  EXPECT_EQ(rules[1].command, 2U);
  EXPECT_EQ(rules[2].what, Class::kSlow);
}

TEST(FaultRules, AreRefusedWithPositionAndRemedy) {
  struct Case {
    const char* rules;
    const char* position;
    const char* remedy;
  };
  for (const Case& wrong : {
           Case{"", "position 0", "lost_interrupt, late_interrupt"},
           {"hangs", "position 0", "use one of"},
           {"hang+", "position 5", "use one of"},
           {"+hang", "position 0", "a fault is missing"},
           {"hang,", "position 5", "write class,key=value"},
           {"hang,command", "position 5", "write class,key=value"},
           {"hang,=3", "position 5", "write class,key=value"},
           {"hang,command=", "position 5", "write class,key=value"},
           {"hang,command=-1", "position 13", "from 0 to 18446744073709551615"},
           {"hang,command=1x", "position 13", "use a decimal number"},
           {"hang,command=18446744073709551616", "position 13", "use a decimal number"},
           {"hang,count=0", "position 11", "or all"},
           {"hang,every=0", "position 11", "from 1"},
           {"hang,queue=4", "position 11", "from 0 to 3"},
           {"hang,opcode=run", "position 12", "spu_run"},
           {"hang,at=noon", "position 8", "fetch, data, completion"},
           {"hang,chance=1.5", "position 12", "from 0 to 1"},
           {"hang,chance=nan", "position 12", "from 0 to 1"},
           {"hang,bit=1", "position 5", "queue, opcode, after, command, every, count, chance, seed, at"},
           {"slow,queue=1", "position 5", "its keys are us"},
           {"slow,us=0", "position 8", "from 1"},
           {"lose_trigger,count=2", "position 13", "its keys are frame"},
           {"stuck_doorbell,opcode=nop", "position 15", "queue, command, every"},
           {"hang,command=1,command=2", "position 15", "give it once"},
           {"late_interrupt,by=1,ms=1", "position 24", "'by' or 'ms'"},
           {"corrupted_completion,bit=16", "position 27", "from 0 to 15"},
           {"corrupted_completion,field=phases", "position 27", "command, status, phase, all"},
           {"hang+hang,word=1", "position 10", "its keys are"},
       }) {
    try {
      parse_rules(wrong.rules);
      ADD_FAILURE() << wrong.rules << " was accepted";
    } catch (const transport::Error& error) {
      const std::string text = error.what();
      EXPECT_EQ(error.status(), abi::Status::INVALID_URI);
      EXPECT_NE(text.find(wrong.position), std::string::npos) << text;
      EXPECT_NE(text.find(wrong.remedy), std::string::npos) << text;
    }
  }
}

TEST(FaultRules, OfTheDeviceItselfBecomeItsOptions) {
  const std::vector<Rule> rules = parse_rules("lose_trigger,frame=4+hang");
  EXPECT_EQ(with_device_options(rules, "golden:opu"), "golden:opu?lose_trigger=4");
  EXPECT_EQ(with_device_options(rules, "golden:opu?seed=7"), "golden:opu?seed=7&lose_trigger=4");
  EXPECT_EQ(with_device_options(parse_rules("hang"), "golden:opu"), "golden:opu");
}

}  // namespace
}  // namespace photic::faults
