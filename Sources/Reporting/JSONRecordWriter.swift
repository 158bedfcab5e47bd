/// Records as JSON Lines, where each tells its type first, or as one JSON document: an object with an array for each type of
/// record, whose members are the same but for the type, and the summary. One record stands on one line.
struct JSONRecordWriter {
    private let isDocument: Bool
    private let output: Output
    private var json = JSONWriter()

    init(isDocument: Bool, _ output: Output) {
        self.isDocument = isDocument
        self.output = output
        if isDocument { json.beginObject() }
    }

    /// Writes records of one type; a document has them in an array of this name.
    mutating func group(
        _ name: String, _ body: (inout JSONRecordWriter) throws(OutputError) -> Void
    ) throws(OutputError) {
        guard isDocument else { return try body(&self) }
        json.lineBreak()
        json.key(name)
        json.beginArray()
        try body(&self)
        json.endArray()
    }

    /// Writes a record.
    mutating func record(_ type: String, _ members: (inout JSONWriter) -> Void) throws(OutputError) {
        if isDocument {
            json.lineBreak()
            json.beginObject()
        } else {
            json.beginRecord(type)
        }
        members(&json)
        if isDocument { json.endObject() } else { json.endLine() }
        try json.writePart(to: output)
    }

    /// Writes the summary, which comes last.
    mutating func finish(_ members: (inout JSONWriter) -> Void) throws(OutputError) {
        guard isDocument else { return try record("summary", members) }
        json.lineBreak()
        json.key("summary")
        json.beginObject()
        members(&json)
        json.endObject()
        json.endLine()
        try json.writePart(to: output)
    }
}
