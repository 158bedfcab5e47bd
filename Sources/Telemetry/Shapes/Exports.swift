extension EventLayout {
    /// A line of a Splunk export around the event as it was indexed: with `result` from the search interface, without it
    /// (variant 1) from a search job's raw results.
    func splunk(_ template: EventTemplate, _ header: RecordHeader, _ raw: PieceList) -> PieceList {
        let source = "XmlWinEventLog:\(header.provider.channel)"
        func result(_ writer: inout ObjectWriter) {
            writer.string("_time", variant == 0 ? "{created.offset}" : "{created.seconds}")
            writer.string("host", "{host.short}")
            writer.string("index", "windows")
            writer.string("source", TextTemplate(text: source))
            writer.string("sourcetype", TextTemplate(text: shape == .splunkXML ? "XmlWinEventLog" : "_json"))
            writer.string("splunk_server", "indexer-02")
            writer.string("_indextime", "{received.seconds}")
            writer.embedded("_raw", raw)
        }
        var writer = ObjectWriter()
        if variant == 0 {
            writer.token("preview", "false")
            writer.token("offset", "{record}")
            writer.object("result", result)
        } else {
            result(&writer)
        }
        return writer.finished()
    }

    /// A line of an Elasticsearch export around a document.
    func elastic(_ document: PieceList) -> PieceList {
        var writer = ObjectWriter()
        writer.string("_index", "winlogbeat-2025.03")
        writer.string("_type", "_doc")
        writer.string("_id", "{nonce}{digest}")
        writer.token("_score", "1")
        writer.document("_source", document)
        return writer.finished()
    }
}
