// SPDX-License-Identifier: Apache-2.0
// Theory and standard error of each law stand beside its measurement. Five standard errors: one false alarm
// in two million.
#include "tests/unit/optics/medium_laws.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>

#include "models/numerics/counter_random.h"

namespace photic::optics {
namespace {

using Complex = std::complex<double>;
using Pattern = std::vector<uint64_t>;

constexpr size_t kMirrors = 4096;
constexpr size_t kPixels = 8192;
constexpr double kErrors = 5;

// `count` different mirrors out of [first, first + of), by a random permutation of them.
void light(Pattern& lit, uint64_t first, uint64_t of, size_t count, uint64_t which) {
  const numerics::CounterRandom random(which, 900);
  std::vector<uint64_t> mirrors(of);
  for (uint64_t i = 0; i < of; ++i) {
    mirrors[i] = first + i;
  }
  for (size_t i = 0; i < count; ++i) {
    std::swap(mirrors[i], mirrors[i + random.below(of - i, i)]);
    lit[mirrors[i] / 64] |= uint64_t{1} << (mirrors[i] % 64);
  }
}

Pattern random_pattern(const Medium& medium, size_t count, uint64_t which) {
  Pattern lit((medium.mirrors() + 63) / 64, 0);
  light(lit, 0, kMirrors, count, which);
  return lit;
}

// Fields in units of sqrt(E|T|^2), so that an entry has unit power.
std::vector<Complex> field(const Medium& medium, const Pattern& lit, uint64_t first, size_t count) {
  std::vector<int32_t> re(count);
  std::vector<int32_t> im(count);
  medium.project(lit, first, count, re.data(), im.data());
  const double unit = std::sqrt(2.0 * static_cast<double>(medium.entry_variance()));
  std::vector<Complex> result(count);
  for (size_t i = 0; i < count; ++i) {
    result[i] = Complex(re[i], im[i]) / unit;
  }
  return result;
}

// A block of T in the same units, row-major.
std::vector<Complex> entries(const Medium& medium, uint64_t first_pixel, size_t pixels, uint64_t first_mirror,
                             size_t mirrors) {
  const double unit = std::sqrt(2.0 * static_cast<double>(medium.entry_variance()));
  std::vector<Complex> result;
  for (const Entry& entry : medium.block(first_pixel, pixels, first_mirror, mirrors)) {
    result.push_back(Complex(entry.re, entry.im) / unit);
  }
  return result;
}

void judge_moments(const Medium& medium, std::vector<Verdict>& verdicts) {
  const std::vector<Complex> block = entries(medium, 1000, 256, 700, 128);
  const auto n = static_cast<double>(block.size());
  Complex mean = 0;
  double power = 0;
  Complex square = 0;
  for (const Complex& entry : block) {
    mean += entry / n;
    power += std::norm(entry) / n;
    square += entry * entry / n;
  }
  // Parts have variance 1/2. Kurtosis of signs, sums of signs and Gaussians is at most 3, which bounds the
  // rest: var |T|^2 <= 1, var Re T^2 <= 1, var Im T^2 = 4 / 4.
  const double se = 1 / std::sqrt(n);
  verdicts.push_back({"mean of the real part", mean.real(), 0, kErrors * se * std::sqrt(0.5)});
  verdicts.push_back({"mean of the imaginary part", mean.imag(), 0, kErrors * se * std::sqrt(0.5)});
  verdicts.push_back({"power of an entry", power, 1, kErrors * se});
  verdicts.push_back({"circularity: Re E[T^2]", square.real(), 0, kErrors * se});
  verdicts.push_back({"circularity: Im E[T^2]", square.imag(), 0, kErrors * se});
}

void judge_speckle(const Medium& medium, std::vector<Verdict>& verdicts) {
  constexpr size_t kLit = 512;
  const std::vector<Complex> speckle = field(medium, random_pattern(medium, kLit, 1), 0, kPixels);
  const auto n = static_cast<double>(kPixels);
  std::vector<double> intensity;
  double mean = 0;
  double square = 0;
  for (const Complex& amplitude : speckle) {
    intensity.push_back(std::norm(amplitude) / kLit);
    mean += intensity.back() / n;
    square += intensity.back() * intensity.back() / n;
  }
  // p(I) = exp(-I): standard deviation 1; that of the sample's contrast is also 1 / sqrt(n) (delta method on
  // two moments).
  verdicts.push_back({"speckle mean", mean, 1, kErrors / std::sqrt(n)});
  verdicts.push_back({"speckle contrast", std::sqrt(square / (mean * mean) - 1), 1, kErrors / std::sqrt(n)});
  std::sort(intensity.begin(), intensity.end());
  double distance = 0;
  for (size_t i = 0; i < kPixels; ++i) {
    const double law = 1 - std::exp(-intensity[i]);
    distance = std::max(distance, std::abs(law - (static_cast<double>(i) + 0.5) / n));
  }
  // Kolmogorov: sqrt(n) D exceeds 2.5 with probability 2 exp(-2 * 2.5^2) = 7e-6.
  verdicts.push_back({"speckle law exp(-I)", distance, 0, 2.5 / std::sqrt(n)});
}

void judge_kernel(const Medium& medium, std::vector<Verdict>& verdicts) {
  // |x|^2 = |z|^2 = 600, of which x.z = 400 are shared.
  constexpr double kNorm = 600;
  constexpr double kShared = 400;
  Pattern x((medium.mirrors() + 63) / 64, 0);
  light(x, 0, 1024, static_cast<size_t>(kShared), 2);
  Pattern z = x;
  light(x, 1024, 1024, static_cast<size_t>(kNorm - kShared), 3);
  light(z, 2048, 1024, static_cast<size_t>(kNorm - kShared), 4);
  const std::vector<Complex> field_x = field(medium, x, 0, kPixels);
  const std::vector<Complex> field_z = field(medium, z, 0, kPixels);
  double kernel = 0;
  for (size_t i = 0; i < kPixels; ++i) {
    kernel += std::norm(field_x[i]) * std::norm(field_z[i]) / (kNorm * kNorm * kPixels);
  }
  // Circular Gaussian pair with r = (x.z / |x||z|)^2: E[yx yz] = 1 + r, E[yx^2 yz^2] = 4 + 16 r + 4 r^2.
  const double r = kShared * kShared / (kNorm * kNorm);
  const double variance = 4 + 16 * r + 4 * r * r - (1 + r) * (1 + r);
  verdicts.push_back({"kernel |x|^2|z|^2 + (x.z)^2", kernel, 1 + r, kErrors * std::sqrt(variance / kPixels)});
}

void judge_distances(const Medium& medium, std::vector<Verdict>& verdicts) {
  constexpr size_t kPoints = 16;
  constexpr size_t kOutputs = 4096;
  std::vector<Pattern> points;
  std::vector<std::vector<Complex>> fields;
  for (size_t p = 0; p < kPoints; ++p) {
    points.push_back(random_pattern(medium, 200, 10 + p));
    fields.push_back(field(medium, points.back(), 128, kOutputs));
  }
  double worst = 0;
  for (size_t a = 0; a < kPoints; ++a) {
    for (size_t b = 0; b < a; ++b) {
      double before = 0;
      for (size_t word = 0; word < points[a].size(); ++word) {
        before += __builtin_popcountll(points[a][word] ^ points[b][word]);
      }
      double after = 0;
      for (size_t i = 0; i < kOutputs; ++i) {
        after += std::norm(fields[a][i] - fields[b][i]) / kOutputs;
      }
      worst = std::max(worst, std::abs(after / before - 1));
    }
  }
  // Johnson and Lindenstrauss: a squared distance is a mean of M unit exponentials, relative deviation 1 /
  // sqrt(M).
  verdicts.push_back({"Johnson-Lindenstrauss distortion", worst, 0, kErrors / std::sqrt(double{kOutputs})});
}

// Eigenvalues of a symmetric matrix by cyclic Jacobi rotations.
std::vector<double> eigenvalues(std::vector<double> a, size_t n) {
  for (int sweep = 0; sweep < 12; ++sweep) {
    for (size_t p = 0; p < n; ++p) {
      for (size_t q = p + 1; q < n; ++q) {
        if (std::abs(a[p * n + q]) < 1e-12) {
          continue;
        }
        const double theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
        const double t = (theta < 0 ? -1 : 1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
        const double c = 1 / std::sqrt(t * t + 1);
        const double s = t * c;
        for (size_t k = 0; k < n; ++k) {
          const double kp = a[k * n + p];
          const double kq = a[k * n + q];
          a[k * n + p] = c * kp - s * kq;
          a[k * n + q] = s * kp + c * kq;
        }
        for (size_t k = 0; k < n; ++k) {
          const double pk = a[p * n + k];
          const double qk = a[q * n + k];
          a[p * n + k] = c * pk - s * qk;
          a[q * n + k] = s * pk + c * qk;
        }
      }
    }
  }
  std::vector<double> values(n);
  for (size_t i = 0; i < n; ++i) {
    values[i] = a[i * n + i];
  }
  std::sort(values.begin(), values.end());
  return values;
}

void judge_spectrum(const Medium& medium, std::vector<Verdict>& verdicts) {
  constexpr size_t kRows = 256;
  constexpr size_t kCols = 64;
  const std::vector<Complex> block = entries(medium, 300, kRows, 64, kCols);
  // T^H T / rows, Hermitian, as the real symmetric matrix [[Re, -Im], [Im, Re]]: each eigenvalue comes twice.
  std::vector<double> gram(4 * kCols * kCols, 0);
  for (size_t a = 0; a < kCols; ++a) {
    for (size_t b = 0; b < kCols; ++b) {
      Complex sum = 0;
      for (size_t row = 0; row < kRows; ++row) {
        sum += std::conj(block[row * kCols + a]) * block[row * kCols + b] / double{kRows};
      }
      gram[a * 2 * kCols + b] = sum.real();
      gram[(a + kCols) * 2 * kCols + b + kCols] = sum.real();
      gram[a * 2 * kCols + b + kCols] = -sum.imag();
      gram[(a + kCols) * 2 * kCols + b] = sum.imag();
    }
  }
  const std::vector<double> values = eigenvalues(gram, 2 * kCols);
  // Marchenko and Pastur: edges (1 -+ sqrt(c))^2, c = columns / rows. Extreme eigenvalues scatter around them
  // by rows^(-2/3) (1 +- sqrt(c))^(4/3) c^(-1/6) times a Tracy-Widom number between -4 and 1; 5 covers it.
  const double root = std::sqrt(double{kCols} / kRows);
  const double scatter = std::pow(kRows, -2.0 / 3) * std::pow(root, -1.0 / 3);
  verdicts.push_back({"Marchenko-Pastur upper edge", values.back(), (1 + root) * (1 + root),
                      kErrors * scatter * std::pow(1 + root, 4.0 / 3)});
  verdicts.push_back({"Marchenko-Pastur lower edge", values.front(), (1 - root) * (1 - root),
                      kErrors * scatter * std::pow(1 - root, 4.0 / 3)});
}

// Correlation of two stretches of fields, a complex number of modulus at most 1.
Complex correlation(const std::vector<Complex>& a, const std::vector<Complex>& b) {
  Complex product = 0;
  double power_a = 0;
  double power_b = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    product += a[i] * std::conj(b[i]);
    power_a += std::norm(a[i]);
    power_b += std::norm(b[i]);
  }
  return product / std::sqrt(power_a * power_b);
}

void judge_independence(const Medium& medium, std::vector<Verdict>& verdicts) {
  const Pattern lit = random_pattern(medium, 512, 40);
  constexpr size_t kWindow = 3000;
  const std::vector<Complex> here = field(medium, lit, 0, kWindow);
  // Independent circular fields: the modulus of the correlation has mean square 1 / n, exponential in its
  // square.
  const double bound = kErrors / std::sqrt(double{kWindow});
  for (const uint64_t moved : {1, 2, 64, 128, 4096}) {
    const double modulus = std::abs(correlation(here, field(medium, lit, moved, kWindow)));
    verdicts.push_back({"independence of pixels " + std::to_string(moved) + " apart", modulus, 0, bound});
  }
  const double other =
      std::abs(correlation(here, field(medium, random_pattern(medium, 512, 41), 0, kWindow)));
  // Two random patterns share 512 * 512 / 4096 = 64 of 512 mirrors on average: correlation 1/8, give or take
  // one error of the shared number (hypergeometric, about 7 of 512) and one of the estimate.
  verdicts.push_back({"correlation of overlapping patterns", other, 0.125,
                      kErrors * std::hypot(7.0 / 512, 1 / std::sqrt(double{kWindow}))});
}

}  // namespace

std::vector<Verdict> judge(const Medium& medium) {
  std::vector<Verdict> verdicts;
  judge_moments(medium, verdicts);
  judge_speckle(medium, verdicts);
  judge_kernel(medium, verdicts);
  judge_distances(medium, verdicts);
  judge_spectrum(medium, verdicts);
  judge_independence(medium, verdicts);
  return verdicts;
}

}  // namespace photic::optics
