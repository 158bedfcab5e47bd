import Values

/// Where a percentile stands when all numbers are sorted: at a place, or between it and the next.
///
/// As Splunk's documentation computes its examples: of 1 to 10, `perc50` is 5.5 and `perc95` is 9.55.
struct Rank {
    /// From 1 on.
    private let place: UInt64
    /// How much of the way to the next place, from 0 to less than 1.
    private let part: Double
    private let isMedian: Bool

    init(of percent: Double, among total: UInt64) {
        // Multiplied first: 7 / 100 is not exact, 7 × 100 is.
        let position = max(0, min(100, percent) * Double(max(1, total) - 1) / 100)
        place = UInt64(position) + 1
        part = position - position.rounded(.down)
        isMedian = false
    }

    init(ofMedianAmong total: UInt64) {
        let half = max(1, total) - 1
        place = half / 2 + 1
        part = half.isMultiple(of: 2) ? 0 : 0.5
        isMedian = true
    }

    /// - Parameter number: the number at a place; `nil` where there are no numbers.
    func value(_ number: (UInt64) -> Double?) -> Value {
        guard let low = number(place) else { return .missing }
        guard part > 0, let high = number(place + 1) else { return .number(low) }
        let distance = high - low
        // The distance of two numbers may be more than a number can be.
        let between = distance.isFinite ? low + distance * part : low * (1 - part) + high * part
        // Of whole numbers side by side the median is the greater one, as documented, and so it is with others that are whole.
        let isWhole = low == low.rounded() && high == high.rounded()
        return .number(isMedian && isWhole ? between.rounded(.up) : between)
    }
}
