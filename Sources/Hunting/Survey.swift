public import Archives
public import Events
public import Values

/// What archives hold.
public struct Survey: Sendable {
    /// What one archive holds.
    public struct ArchiveEntry: Sendable {
        /// As reports name it; `-` for standard input.
        public var path: String
        /// Unknown for an archive that could not be opened, or is of a format that is not read.
        public var format: ArchiveFormat?
        /// The name of a format that is not read, as `xz`.
        public var unreadFormat: String?
        /// From disk or pipe, compressed where they are.
        public var bytesRead = 0
        /// After decompression.
        public var bytes = 0
        /// `lines` = `events` + `malformed` + `blank`.
        public var lines = 0
        /// All of them, also those that a time range leaves out.
        public var events = 0
        /// Lines that are no JSON objects, and lines beyond the limit.
        public var malformed = 0
        /// Lines with nothing but white space.
        public var blank = 0
        /// Events that stood between zeros in malformed lines: they are not among ``events``, as their lines are not, and
        /// count like them all the same.
        public var recovered = 0
        /// Events with a time outside of the time range: left out of the kinds, the times and what rules are fed with, as
        /// those of ``withoutTime`` are.
        public var outOfRange = 0
        /// Events without a time, where there is a time range; they are not among ``outOfRange``.
        public var withoutTime = 0
        /// Of the events that count; `nil` where none of them has a time.
        public var earliest: Timestamp?
        /// Of the events that count; `nil` where none of them has a time.
        public var latest: Timestamp?
        /// In order of their offsets, up to a limit.
        public var damage: [ArchiveDamage] = []
        /// Why it could not be opened.
        public var failure: String?
        /// Whether it was read to its end, past whatever damage there is.
        public var isComplete = true

        /// Whether some of it could not be read.
        public var isDamaged: Bool { !damage.isEmpty || failure != nil }
    }

    /// In the order given.
    public var archives: [ArchiveEntry] = []
    /// What was named and could not become an archive at all.
    public var missing: [Damage] = []
    /// Columns shape, source, event, count, firstTime, lastTime; a row for each kind of event.
    public var kinds = RowSet()
    /// In input order, the first of each archive; ``ArchiveEntry/malformed`` counts all.
    public var malformed: [MalformedLine] = []
    /// Archives, without damage, in which there are no events a line, in input order.
    public var unfit: [UnfitArchive] = []
    /// Whether each rule that can run could find anything, where rules were given, in their order.
    public var feeds: [RuleFeed] = []
    /// Rules that can't run, and so could find nothing in any archive.
    public var refusedRules: [RuleCheck] = []
    /// Whether only events of a time range count.
    public var isBounded = false
    /// From the beginning of the run to its end.
    public var seconds = 0.0

    /// Whether some input could not be read whole, or, where that counts, a line was malformed.
    public func isIncomplete(isStrict: Bool) -> Bool {
        !missing.isEmpty
            || archives.contains { entry in
                !entry.damage.isEmpty || entry.failure != nil || !entry.isComplete || isStrict && entry.malformed > 0
            }
    }

    /// Notes that an interrupt came: of streams nobody knows whether they were at their end.
    public mutating func noteStop(ofStreams given: [Archive]) {
        let streams = Set(given.filter(\.isReadOnce).map(\.path))
        for index in archives.indices where streams.contains(archives[index].path) {
            archives[index].isComplete = false
        }
    }

    /// Archives that were not read, or not whole, because it was stopped.
    public var unread: [String] { archives.filter { !$0.isComplete && $0.failure == nil }.map(\.path) }
}
