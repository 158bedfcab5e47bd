extension YAMLStream {
    /// What a text that is not YAML throughout holds.
    public enum Part: Sendable {
        case document(YAMLNode)
        /// What could not be read, up to the next line that begins a document, and why.
        case broken(YAMLError, text: ArraySlice<UInt8>)
    }

    /// Reads the documents of a text one by one, so that an error loses none but the one that it is in: a line that begins
    /// with `---` begins a document wherever it stands.
    ///
    /// Reading ends where a limit is exceeded, which the last part then tells.
    ///
    /// - Returns: what it holds, in order, and what was read all the same but is likely a mistake.
    public static func parts(
        of bytes: [UInt8], file: String, limits: YAMLLimits = YAMLLimits()
    ) -> (parts: [Part], warnings: [YAMLError]) {
        var parts: [Part] = []
        var warnings: [YAMLError] = []
        guard bytes.count <= limits.bytes else {
            let reason = "\(bytes.count) bytes are more than the \(limits.bytes) allowed"
            return ([.broken(YAMLError(file: file, mark: YAMLMark(), reason: reason), text: bytes[...])], [])
        }
        var size = 0
        for section in sections(of: bytes) where size <= limits.nodes {
            do throws(YAMLError) {
                let events = try YAMLEventReader(section.text, file: file, linesBefore: section.linesBefore)
                var composer = Composer(events: events, file: file, limits: limits, size: size)
                var error: YAMLError?
                do throws(YAMLError) {
                    try composer.compose()
                } catch let failure {
                    error = failure
                }
                parts += composer.documents.map { .document($0) }
                warnings += composer.warnings
                size = composer.size
                if let error { throw error }
            } catch {
                parts.append(.broken(error, text: section.text))
            }
        }
        return (parts, warnings)
    }

    /// The text cut before each line that begins a document, and before the directives above it.
    private static func sections(of bytes: [UInt8]) -> [(text: ArraySlice<UInt8>, linesBefore: Int)] {
        var sections: [(text: ArraySlice<UInt8>, linesBefore: Int)] = []
        var start = 0
        var linesBefore = 0
        /// Where the directives begin that end with the line before.
        var directives: (offset: Int, line: Int)?
        var offset = 0
        var number = 0
        while offset < bytes.count {
            let end = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            let line = bytes[offset..<end]
            if beginsDocument(line) {
                let (cut, before) = directives ?? (offset, number)
                if cut > start { sections.append((bytes[start..<cut], linesBefore)) }
                (start, linesBefore) = (cut, before)
            }
            directives = line.first == UInt8(ascii: "%") ? directives ?? (offset, number) : nil
            offset = end + 1
            number += 1
        }
        sections.append((bytes[start...], linesBefore))
        return sections
    }

    private static func beginsDocument(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.starts(with: [UInt8(ascii: "-"), UInt8(ascii: "-"), UInt8(ascii: "-")]) else { return false }
        guard let next = line.dropFirst(3).first else { return true }
        return next == UInt8(ascii: " ") || next == UInt8(ascii: "\t") || next == UInt8(ascii: "\r")
    }
}
