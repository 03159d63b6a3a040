// arch/cpu.h and arch/cputicks.h: the flags are the kernel's, and GODEBUG can switch them off.
#include "arch/cpu.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "arch/cputicks.h"
#include "arch/os_linux.h"

namespace {

using namespace gort;
using cpu::X86;

// A line of /proc/cpuinfo, with spaces around.
std::string cpuinfo(const std::string& key) {
  std::ifstream f("/proc/cpuinfo");
  for (std::string line; std::getline(f, line);) {
    if (line.rfind(key, 0) == 0) return " " + line.substr(line.find(':') + 2) + " ";
  }
  return "";
}

class Cpu : public ::testing::Test {
 protected:
  void SetUp() override { initialize(nullptr); }
  void TearDown() override { initialize(nullptr); }

  // Returns what was printed.
  static std::string initialize(const char* env) {
    X86 = {};
    ::testing::internal::CaptureStderr();
    cpu::Initialize(env);
    return ::testing::internal::GetCapturedStderr();
  }
};

TEST_F(Cpu, FlagsAreThoseOfTheKernel) {
  const std::string flags = cpuinfo("flags");
  if (flags.empty()) GTEST_SKIP() << "no flags in /proc/cpuinfo";
  auto has = [&](const std::string& name) {
    return flags.find(" " + name + " ") != std::string::npos;
  };
  EXPECT_EQ(X86.HasAES, has("aes"));
  EXPECT_EQ(X86.HasADX, has("adx"));
  EXPECT_EQ(X86.HasAVX, has("avx"));
  EXPECT_EQ(X86.HasAVX2, has("avx2"));
  EXPECT_EQ(X86.HasAVX512F, has("avx512f"));
  EXPECT_EQ(X86.HasAVX512BW, has("avx512bw"));
  EXPECT_EQ(X86.HasAVX512VL, has("avx512vl"));
  EXPECT_EQ(X86.HasAVX512VBMI2, has("avx512_vbmi2"));
  EXPECT_EQ(X86.HasBMI1, has("bmi1"));
  EXPECT_EQ(X86.HasBMI2, has("bmi2"));
  EXPECT_EQ(X86.HasERMS, has("erms"));
  EXPECT_EQ(X86.HasFSRM, has("fsrm"));
  EXPECT_EQ(X86.HasFMA, has("fma"));
  EXPECT_EQ(X86.HasPCLMULQDQ, has("pclmulqdq"));
  EXPECT_EQ(X86.HasPOPCNT, has("popcnt"));
  EXPECT_EQ(X86.HasRDTSCP, has("rdtscp"));
  EXPECT_EQ(X86.HasSHA, has("sha_ni"));
  EXPECT_EQ(X86.HasSSE3, has("pni"));
  EXPECT_EQ(X86.HasSSSE3, has("ssse3"));
  EXPECT_EQ(X86.HasSSE41, has("sse4_1"));
  EXPECT_EQ(X86.HasSSE42, has("sse4_2"));
}

TEST_F(Cpu, NewerFeaturesImplyOlderOnes) {
  EXPECT_TRUE(!X86.HasAVX2 || X86.HasAVX);
  EXPECT_TRUE(!X86.HasFMA || X86.HasAVX);
  EXPECT_TRUE(!X86.HasAVX512F || X86.HasAVX2);
  EXPECT_TRUE(!X86.HasAVX512 || X86.HasAVX512VL);
  EXPECT_TRUE(!X86.HasSSE42 || X86.HasSSE41);
}

TEST_F(Cpu, KnowsItsVendor) {
  const std::string vendor = cpuinfo("vendor_id");
  if (vendor.empty()) GTEST_SKIP() << "no vendor in /proc/cpuinfo";
  EXPECT_EQ(isIntel, vendor == " GenuineIntel ");
}

TEST_F(Cpu, TheNameIsTrimmedText) {
  uint8 buf[cpu::NameSize];
  const intgo n = cpu::Name(buf);
  ASSERT_GT(n, 0);  // no amd64 processor lacks it
  ASSERT_LE(n, cpu::NameSize);
  EXPECT_NE(buf[0], ' ');
  for (intgo i = 0; i < n; i++) EXPECT_TRUE(buf[i] >= ' ' && buf[i] <= '~') << int{buf[i]};
}

TEST_F(Cpu, AnOptionSwitchesAFeatureOff) {
  EXPECT_EQ(initialize("cpu.rdtscp=off,gctrace=1,cpu.aes=off"), "");
  EXPECT_FALSE(X86.HasRDTSCP);
  EXPECT_FALSE(X86.HasAES);
}

TEST_F(Cpu, AllSwitchesOffWhatCodeCanDoWithout) {
  EXPECT_EQ(initialize("cpu.all=off"), "");
  EXPECT_FALSE(X86.HasAES || X86.HasADX || X86.HasERMS || X86.HasSHA || X86.HasRDTSCP);
  EXPECT_FALSE(X86.HasAVX512);
  EXPECT_EQ(gort_memmoveBits & MEMMOVE_REPMOVS, 0);
  // A later one counts.
  initialize(nullptr);
  const bool had = X86.HasAES;
  initialize(had ? "cpu.all=off,cpu.aes=on" : "cpu.all=off");
  EXPECT_EQ(X86.HasAES, had);
  EXPECT_FALSE(X86.HasADX);
}

TEST_F(Cpu, DerivedFeaturesFollowTheOptions) {
  initialize("cpu.avx512bw=off");
  EXPECT_FALSE(X86.HasAVX512);
}

TEST_F(Cpu, MistakesArePrintedAndIgnored) {
  const bool had = X86.HasAES;
  EXPECT_EQ(initialize("cpu.aes"), "GODEBUG: no value specified for \"cpu.aes\"\n");
  EXPECT_EQ(initialize("cpu.aes=maybe"),
            "GODEBUG: value \"maybe\" not supported for cpu option \"aes\"\n");
  EXPECT_EQ(initialize("cpu.abacus=off"), "GODEBUG: unknown cpu feature \"abacus\"\n");
  EXPECT_EQ(X86.HasAES, had);
  EXPECT_EQ(initialize(""), "");
  EXPECT_EQ(initialize("cpu"), "");
}

TEST_F(Cpu, AFeatureThatIsNotThereCannotBeSwitchedOn) {
  const struct {
    const char* name;
    bool* feature;
  } features[] = {{"sha", &X86.HasSHA}, {"fsrm", &X86.HasFSRM}, {"avx512f", &X86.HasAVX512F}};
  for (const auto& f : features) {
    initialize(nullptr);
    if (*f.feature) continue;
    EXPECT_EQ(initialize((std::string("cpu.") + f.name + "=on").c_str()),
              std::string("GODEBUG: can not enable \"") + f.name + "\", missing CPU support\n");
    EXPECT_FALSE(*f.feature);
  }
}

TEST_F(Cpu, TicksGoForwardWithTime) {
  for (const char* env : {static_cast<const char*>(nullptr), "cpu.rdtscp=off"}) {
    initialize(env);
    const int64 t0 = nanotime(), c0 = cputicks();
    while (nanotime() - t0 < 1000000) {
    }
    EXPECT_GT(cputicks() - c0, 100000);  // 1 ms at no less than 100 MHz
  }
}

}  // namespace
