/// The form in which a log shipper or an export writes events, one JSON object a line.
public enum Shape: String, CaseIterable, Sendable, Hashable {
    /// NXLog's flat objects: header and event data side by side at the top.
    case nxlog
    /// `evtx_dump -o jsonl`: `Event.System` and `Event.EventData`.
    case evtxDump = "evtx-dump"
    /// Winlogbeat 6: `event_id`, `log_name`, `event_data`.
    case winlogbeat6 = "winlogbeat-6"
    /// Winlogbeat 7 without processing: `winlog.event_data`.
    case winlogbeat7 = "winlogbeat-7"
    /// Winlogbeat with its Sysmon module: event data moved to the names of the Elastic Common Schema.
    case ecs
    /// A Splunk export whose `_raw` is the event's XML.
    case splunkXML = "splunk-xml"
    /// A Splunk export whose `_raw` is itself JSON (NXLog's or evtx_dump's).
    case splunkJSON = "splunk-json"
    /// An Elasticsearch export: the document in `_source`.
    case elastic
    /// CrowdStrike Falcon Data Replicator: flat, told apart by `event_simpleName`.
    case crowdstrike
    /// Events whose fields are already named as in the Common Information Model.
    case cim
}
