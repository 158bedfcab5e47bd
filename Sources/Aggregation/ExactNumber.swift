import Values

/// A binary fraction of any size: what an exact sum amounts to, for the few exact steps from sums to results.
struct ExactNumber: Hashable, Sendable {
    private(set) var isNegative: Bool
    /// The magnitude, lowest limb first, without zeros on top; empty for zero.
    private var limbs: [UInt32]
    /// The power of two that the lowest bit stands for.
    private var scale: Int

    init(isNegative: Bool, limbs: [UInt32], scale: Int) {
        self.isNegative = isNegative
        self.limbs = limbs
        self.scale = scale
        trim()
    }

    init(_ whole: Int128) {
        var rest = whole.magnitude
        var limbs: [UInt32] = []
        while rest != 0 {
            limbs.append(UInt32(truncatingIfNeeded: rest))
            rest >>= 32
        }
        self.init(isNegative: whole < 0, limbs: limbs, scale: 0)
    }

    private mutating func trim() {
        while limbs.last == 0 { limbs.removeLast() }
        if limbs.isEmpty { isNegative = false }
    }

    /// The nearest double, ties to even; infinite beyond the largest.
    var double: Double {
        guard let top = limbs.last else { return 0 }
        let bits = limbs.count * 32 - top.leadingZeroBitCount
        // Below the normal range fewer bits fit.
        let precision = min(53, bits + scale + 1074)
        guard precision >= 0 else { return 0 }
        let dropped = max(0, bits - precision)
        var mantissa: UInt64 = 0
        for bit in stride(from: bits - 1, through: dropped, by: -1) { mantissa = mantissa << 1 | (isSet(bit) ? 1 : 0) }
        if dropped > 0, isSet(dropped - 1) {
            let isTie = !(0..<dropped - 1).contains(where: isSet)
            if !isTie || mantissa & 1 == 1 { mantissa += 1 }
        }
        let exponent = scale + dropped
        guard exponent < 1024 else { return isNegative ? -.infinity : .infinity }
        let magnitude = Double(sign: .plus, exponent: exponent, significand: Double(mantissa))
        return isNegative ? -magnitude : magnitude
    }

    private func isSet(_ bit: Int) -> Bool {
        limbs[bit >> 5] >> UInt32(bit & 31) & 1 == 1
    }

    /// The same value with a lower (or equal) scale.
    private func rescaled(to lower: Int) -> [UInt32] {
        let shift = scale - lower
        var result = [UInt32](repeating: 0, count: shift >> 5)
        let bits = UInt64(shift & 31)
        var carry: UInt64 = 0
        for limb in limbs {
            let shifted = UInt64(limb) << bits | carry
            result.append(UInt32(truncatingIfNeeded: shifted))
            carry = shifted >> 32
        }
        if carry != 0 { result.append(UInt32(truncatingIfNeeded: carry)) }
        return result
    }

    static prefix func - (number: ExactNumber) -> ExactNumber {
        ExactNumber(isNegative: !number.isNegative, limbs: number.limbs, scale: number.scale)
    }

    static func - (left: ExactNumber, right: ExactNumber) -> ExactNumber { left + -right }

    static func + (left: ExactNumber, right: ExactNumber) -> ExactNumber {
        let scale = min(left.scale, right.scale)
        let first = left.rescaled(to: scale)
        let second = right.rescaled(to: scale)
        if left.isNegative == right.isNegative {
            return ExactNumber(isNegative: left.isNegative, limbs: sum(first, second), scale: scale)
        }
        if Limbs.isLess(first, second) {
            return ExactNumber(isNegative: right.isNegative, limbs: difference(second, first), scale: scale)
        }
        return ExactNumber(isNegative: left.isNegative, limbs: difference(first, second), scale: scale)
    }

    static func * (left: ExactNumber, right: ExactNumber) -> ExactNumber {
        return ExactNumber(
            isNegative: left.isNegative != right.isNegative, limbs: Limbs.product(left.limbs, right.limbs),
            scale: left.scale + right.scale)
    }

    private static func sum(_ left: [UInt32], _ right: [UInt32]) -> [UInt32] {
        var result: [UInt32] = []
        var carry: UInt64 = 0
        for index in 0..<max(left.count, right.count) {
            let cell =
                carry + UInt64(index < left.count ? left[index] : 0) + UInt64(index < right.count ? right[index] : 0)
            result.append(UInt32(truncatingIfNeeded: cell))
            carry = cell >> 32
        }
        result.append(UInt32(truncatingIfNeeded: carry))
        return result
    }

    /// `left` is not less than `right`.
    private static func difference(_ left: [UInt32], _ right: [UInt32]) -> [UInt32] {
        var result: [UInt32] = []
        var borrow: Int64 = 0
        for index in left.indices {
            let cell = Int64(left[index]) - Int64(index < right.count ? right[index] : 0) - borrow
            borrow = cell < 0 ? 1 : 0
            result.append(UInt32(truncatingIfNeeded: cell))
        }
        return result
    }
}
