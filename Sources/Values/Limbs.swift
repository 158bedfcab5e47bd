/// Whole numbers of any size as their 32-bit digits, the lowest first; zeros at the end say nothing.
public enum Limbs {
    /// As many limbs as both have.
    ///
    /// - Complexity: the product of their numbers.
    public static func product(_ left: [UInt32], _ right: [UInt32]) -> [UInt32] {
        var product = [UInt32](repeating: 0, count: left.count + right.count)
        for (row, factor) in left.enumerated() {
            var carry: UInt64 = 0
            for (column, other) in right.enumerated() {
                // Below (2³²-1)² + 2 (2³²-1), which is the largest 64-bit number.
                let cell = UInt64(factor) * UInt64(other) + UInt64(product[row + column]) + carry
                product[row + column] = UInt32(truncatingIfNeeded: cell)
                carry = cell >> 32
            }
            product[row + right.count] = UInt32(truncatingIfNeeded: carry)
        }
        return product
    }

    /// Whether one is less than another.
    public static func isLess(_ left: [UInt32], _ right: [UInt32]) -> Bool {
        for index in stride(from: max(left.count, right.count) - 1, through: 0, by: -1) {
            let first = index < left.count ? left[index] : 0
            let second = index < right.count ? right[index] : 0
            if first != second { return first < second }
        }
        return false
    }
}
