import Values

/// What a search is run under, beside its data.
public struct EvaluationContext: Sendable {
    /// The time of the search in nanoseconds from the epoch: what `now()` and `time()` give, the same for every row.
    public var now: Int64
    /// The bounds of the search in nanoseconds from the epoch, where it has them: what `addinfo` tells.
    public var earliest: Int64?
    /// The first instant that the search does not see any more.
    public var latest: Int64?
    /// How times are written and read, in the zone of the search.
    public var times: any TimeRendering
    /// Counts what was more than a search may make of a row. Copies share it; give each search its own to tell which one it was.
    public var limits: EvaluationLimits

    /// Without bounds; `addinfo` then tells what Splunk does for all time.
    public init(now: Int64, times: any TimeRendering, limits: EvaluationLimits = EvaluationLimits()) {
        self.now = now
        self.times = times
        self.limits = limits
    }

    func text(ofTime time: Int64, format: String) -> Text {
        Text(bytes: times.text(of: time, format: Array(format.utf8)))
    }

    func time(ofText text: Text, format: String) -> Int64? {
        times.time(of: text.bytes, format: Array(format.utf8))
    }

    func time(_ time: Int64, shiftedBy modifier: String) -> Int64? {
        times.shifted(time, by: Array(modifier.utf8))
    }
}

/// How times become text and back, in some zone. Times are nanoseconds from the epoch.
public protocol TimeRendering: Sendable {
    /// The time in `strftime`'s format with Splunk's additions (`%N`, `%Q`, `%3N`).
    func text(of time: Int64, format: [UInt8]) -> [UInt8]

    /// The time that a text is in a format, or `nil`. What the format leaves out is that of the epoch.
    func time(of text: [UInt8], format: [UInt8]) -> Int64?

    /// The time moved and snapped as a relative time such as `-1d@d` says, or `nil` where that is none.
    func shifted(_ time: Int64, by modifier: [UInt8]) -> Int64?

    /// The time that a bound of a search says: seconds from the epoch, a date, or a relative time; `nil` where it is none.
    func bound(_ text: [UInt8], now: Int64) -> Int64?
}

extension TimeRendering {
    /// Of numbers and relative times.
    public func bound(_ text: [UInt8], now: Int64) -> Int64? {
        EpochText.nanoseconds(Text(bytes: text)) ?? shifted(now, by: text)
    }
}

extension EvaluationContext {
    /// For finding out what can be known of commands before any row is there.
    public static let withoutTimes = EvaluationContext(now: 0, times: NoTimes())

    private struct NoTimes: TimeRendering {
        func text(of time: Int64, format: [UInt8]) -> [UInt8] { [] }
        func time(of text: [UInt8], format: [UInt8]) -> Int64? { nil }
        func shifted(_ time: Int64, by modifier: [UInt8]) -> Int64? { nil }
    }
}
