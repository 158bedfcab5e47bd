/// What `generate(into:options:)` is to make. The same options make the same bytes, but for `threads`, which never matters.
public struct GenerationOptions: Sendable, Equatable {
    /// How much telemetry there is to be in all archives together.
    public enum Size: Sendable, Equatable {
        /// Bytes before compression; the result is larger by at most a line for every block.
        case bytes(Int)
        /// Lines that are events, planted ones among them; there are more where an archive's share of them, at least one, is
        /// smaller than what is planted in it.
        case events(Int)
    }

    /// What all that is random derives from.
    public var seed: UInt64 = 1
    /// The amount of all archives together.
    public var size: Size = .bytes(64 << 20)
    /// The shapes that the archives take in turn.
    public var shapes: [Shape] = Shape.allCases
    /// The compressions that the archives take in turn.
    public var compressions: [Compression] = Compression.allCases
    /// The number of archives; `nil`: as many as it takes for every shape and every compression to occur.
    /// `shapes.count * compressions.count` archives hold every pair.
    public var archives: Int?
    /// Computers in the population.
    public var hosts = 48
    /// People in the population; the system's own accounts come on top.
    public var users = 160
    /// The time of the first event, in seconds since 1970 UTC.
    public var start = 1_741_564_800
    /// The time from the first event to the last, in seconds. Every archive spans it.
    public var duration = 86_400
    /// Events to plant that the detection must find.
    public var findings = 24
    /// Events to plant that resemble findings and are none.
    public var nearMisses = 40
    /// Lines to plant that are no JSON object.
    public var malformedLines = 0
    /// Empty lines and lines of white space to plant.
    public var blankLines = 0
    /// Blocks that are made at the same time.
    public var threads = 2

    /// Options for 64 MiB of a day's telemetry in every shape and compression.
    public init() {}

    /// The largest number of archives, hosts, users, plants and threads that is accepted.
    static let largestCount = 1_000_000

    /// - Throws: `GenerationError.invalidOption` for the first option that cannot be met.
    func validate() throws(GenerationError) {
        func require(_ holds: Bool, _ option: String, _ requirement: String) throws(GenerationError) {
            guard holds else { throw .invalidOption(name: option, requirement: requirement) }
        }
        let counts = 1...Self.largestCount
        try require(!shapes.isEmpty, "shapes", "at least one shape")
        try require(!compressions.isEmpty, "compressions", "at least one compression")
        switch size {
        case .bytes(let count): try require((1...(1 << 50)).contains(count), "bytes", "1 to 2^50")
        case .events(let count): try require((1...(1 << 40)).contains(count), "events", "1 to 2^40")
        }
        try require(archives.map(counts.contains) ?? true, "archives", "1 to 1000000")
        try require((1...4000).contains(hosts), "hosts", "1 to 4000")
        try require((1...4000).contains(users), "users", "1 to 4000")
        try require((0...9_214_646_399).contains(start), "start", "a time from 1970 to 2261")
        try require((1...3_155_760_000).contains(duration), "duration", "a second to a hundred years")
        let planted = 0...Self.largestCount
        try require(planted.contains(findings), "findings", "0 to 1000000")
        try require(planted.contains(nearMisses), "nearMisses", "0 to 1000000")
        try require(planted.contains(malformedLines), "malformedLines", "0 to 1000000")
        try require(planted.contains(blankLines), "blankLines", "0 to 1000000")
        try require((1...1024).contains(threads), "threads", "1 to 1024")
    }

    /// The number of archives that the options amount to.
    var archiveCount: Int { archives ?? max(shapes.count, compressions.count) }
}
