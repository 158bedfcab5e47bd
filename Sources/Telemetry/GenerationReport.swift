/// What was written.
public struct GenerationReport: Sendable, Equatable {
    /// One archive.
    public struct Archive: Sendable, Equatable {
        /// The file's name inside the directory.
        public var name: String
        /// The shape of its events.
        public var shape: Shape
        /// How it is stored.
        public var compression: Compression
        /// Lines that are events, planted ones among them.
        public var events: Int
        /// Lines that are no JSON object.
        public var malformed: Int
        /// Empty lines and lines of white space.
        public var blank: Int
        /// Bytes before compression.
        public var bytes: Int
        /// Bytes of the file.
        public var storedBytes: Int

        /// All lines.
        public var lines: Int { events + malformed + blank }
    }

    /// The archives, in the order of their names.
    public var archives: [Archive]
    /// Planted events that must be found.
    public var findings: Int
    /// Planted events that must not.
    public var nearMisses: Int
    /// The rows that the detection yields over all archives together.
    public var rows: Int
    /// The name of the file that says where each plant is, inside the directory.
    public var plantsName: String
    /// The name of the file with the rows that the detection must yield, inside the directory.
    public var rowsName: String

    /// Events of all archives.
    public var events: Int { archives.reduce(0) { $0 + $1.events } }
    /// Bytes of all archives before compression.
    public var bytes: Int { archives.reduce(0) { $0 + $1.bytes } }
}
