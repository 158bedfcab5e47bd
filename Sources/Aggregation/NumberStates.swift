import Values

/// `sum` and `avg`: of the values that are numbers.
struct SumState: Sendable {
    var count: UInt64 = 0
    var sum = ExactSum()

    @inline(__always)
    mutating func add(_ number: Double) {
        count &+= 1
        sum.add(number)
    }

    /// Takes away a number that was added.
    mutating func remove(_ number: Double) {
        count &-= 1
        sum.add(-number)
    }

    mutating func merge(_ other: SumState) {
        count &+= other.count
        sum.merge(other.sum)
    }

    var total: Value { count == 0 ? .missing : Value.number(sum.value.double).normalised }

    var average: Value { count == 0 ? .missing : Value.number(sum.value.double / Double(count)).normalised }
}

/// `stdev`, `var` and their like: the sums from which the variance follows exactly.
struct DeviationState: Sendable {
    var sum = SumState()
    var squares = ExactSum()
    /// A square was beyond the largest double, and the deviation cannot be told.
    var overflowed = false

    /// What is made of the sums.
    enum Measure: Hashable, Sendable {
        case sampleDeviation, populationDeviation, sampleVariance, populationVariance
    }

    /// Returns whether the number has a square that can be told.
    @discardableResult
    mutating func add(_ number: Double) -> Bool {
        sum.add(number)
        let square = number * number
        guard square.isFinite else {
            overflowed = true
            return false
        }
        squares.add(square)
        // What the multiplication rounded away, which is itself a double.
        squares.add((-square).addingProduct(number, number))
        return true
    }

    /// Takes away a number that was added; returns as ``add(_:)`` did. Whether others had no square is not known here.
    mutating func remove(_ number: Double) -> Bool {
        sum.remove(number)
        let square = number * number
        guard square.isFinite else { return false }
        squares.add(-square)
        squares.add(-(-square).addingProduct(number, number))
        return true
    }

    mutating func merge(_ other: DeviationState) {
        sum.merge(other.sum)
        squares.merge(other.squares)
        overflowed = overflowed || other.overflowed
    }

    /// A measure of how far the values lie apart; 0 of a single value, as Splunk has it.
    func value(_ measure: Measure) -> Value {
        guard sum.count > 0, !overflowed else { return .missing }
        guard sum.count > 1 else { return .number(0) }
        let count = Double(sum.count)
        let total = sum.sum.value
        // n Σx² - (Σx)², which would cancel in doubles, is exact here but for squares below the least double.
        let numerator = max(0, (ExactNumber(Int128(sum.count)) * squares.value - total * total).double)
        let result =
            switch measure {
            case .sampleDeviation: (numerator / (count * (count - 1))).squareRoot()
            case .populationDeviation: (numerator / (count * count)).squareRoot()
            case .sampleVariance: numerator / (count * (count - 1))
            case .populationVariance: numerator / (count * count)
            }
        return Value.number(result).normalised
    }

    /// `sumsq`
    var sumOfSquares: Value {
        sum.count == 0 || overflowed ? .missing : Value.number(squares.value.double).normalised
    }
}

/// `range`: the largest number less the smallest.
struct RangeState: Sendable {
    var count: UInt64 = 0
    var low = 0.0
    var high = 0.0

    @inline(__always)
    mutating func add(_ number: Double) {
        if count == 0 || number < low { low = number + 0.0 }
        if count == 0 || number > high { high = number + 0.0 }
        count &+= 1
    }

    mutating func merge(_ other: RangeState) {
        guard other.count > 0 else { return }
        let total = count &+ other.count
        add(other.low)
        add(other.high)
        count = total
    }

    var range: Value { count == 0 ? .missing : Value.number(high - low).normalised }
}

/// `min` or `max`: as numbers while every value is a number, bytewise else. Both are kept, as the next value may decide.
struct ExtremeState: Sendable {
    var hasNumber = false
    /// A value was no number: the result is `text`.
    var hasOther = false
    var number = 0.0
    /// Among all values but times, whose field holds nothing else.
    var hasText = false
    var text: [UInt8] = []

    @inline(__always)
    mutating func add(number candidate: Double, isMaximum: Bool) {
        if !hasNumber || (isMaximum ? candidate > number : candidate < number) {
            // Adding zero makes a negative zero positive, so that which of the two came first does not show.
            number = candidate + 0.0
            hasNumber = true
        }
    }

    /// `isNumber`: the text is that of a number which was added already.
    @inline(__always)
    mutating func add(text candidate: UnsafeRawBufferPointer, isNumber: Bool, isMaximum: Bool) {
        // An empty text would make texts of the numbers beside it.
        if candidate.isEmpty { return }
        if isNumber {
            // The number itself may have more digits than its text.
        } else if let parsed = NumberText.parse(candidate) {
            add(number: parsed, isMaximum: isMaximum)
        } else {
            hasOther = true
        }
        if hasText {
            let decides = text.withUnsafeBytes { held in
                isMaximum ? held.lexicographicallyPrecedes(candidate) : candidate.lexicographicallyPrecedes(held)
            }
            guard decides else { return }
        }
        hasText = true
        text.removeAll(keepingCapacity: true)
        text.append(contentsOf: candidate)
    }

    mutating func merge(_ other: ExtremeState, isMaximum: Bool) {
        if other.hasNumber { add(number: other.number, isMaximum: isMaximum) }
        hasOther = hasOther || other.hasOther
        guard other.hasText else { return }
        if !hasText
            || (isMaximum ? text.lexicographicallyPrecedes(other.text) : other.text.lexicographicallyPrecedes(text))
        {
            text = other.text
            hasText = true
        }
    }

    var value: Value {
        if hasOther { return hasText ? .text(Text(bytes: text)) : .missing }
        return hasNumber ? .number(number) : .missing
    }
}
