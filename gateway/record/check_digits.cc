#include "gateway/record/check_digits.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace kgw::record {
namespace {

// The dihedral group of a pentagon, by rule instead of by table: 0-4 turn, 5-9 turn and flip.
int Multiply(int a, int b) {
  const int turned = a < 5 ? (a % 5 + b % 5) % 5 : (a % 5 - b % 5 + 5) % 5;
  const bool flipped = (a >= 5) != (b >= 5);
  return turned + (flipped ? 5 : 0);
}

// Verhoeff's permutation, applied once for each place from the right.
int Permute(int digit, size_t place) {
  static constexpr std::array<int, 10> kOnce = {1, 5, 7, 6, 2, 8, 3, 0, 9, 4};
  for (size_t i = 0; i < place % 8; ++i) {
    digit = kOnce[static_cast<size_t>(digit)];
  }
  return digit;
}

int DigitAt(std::string_view digits, size_t at) { return digits[at] - '0'; }

}  // namespace

bool HasVerhoeffDigit(std::string_view digits) {
  int check = 0;
  for (size_t place = 0; place < digits.size(); ++place) {
    check = Multiply(check, Permute(DigitAt(digits, digits.size() - 1 - place), place));
  }
  return check == 0;
}

bool HasNpiDigit(std::string_view ten_digits) {
  int sum = 24;  // what the prefix 80840 adds
  for (size_t i = 0; i < ten_digits.size(); ++i) {
    const int digit = DigitAt(ten_digits, i);
    const bool doubled = i % 2 == 0;
    sum += doubled ? digit * 2 / 10 + digit * 2 % 10 : digit;
  }
  return sum % 10 == 0;
}

bool HasDeaDigit(std::string_view seven_digits) {
  int sum = 0;
  for (size_t i = 0; i < 6; ++i) {
    sum += DigitAt(seven_digits, i) * (i % 2 == 0 ? 1 : 2);
  }
  return sum % 10 == DigitAt(seven_digits, 6);
}

}  // namespace kgw::record
