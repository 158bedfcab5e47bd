import Aggregation
import Pipeline

extension Command {
    /// The commands that look at several rows, in the syntax of a search as far as they have one.
    var rowExplanation: String {
        switch self {
        case .bin(let binning): binning.explanation
        case .eventStatistics(let statistics): "eventstats " + statistics.explanation
        case .rowStatistics(let statistics): "stats " + statistics.explanation
        case .runningStatistics(let running): "streamstats " + running.explanation
        case .chart(let chart): (chart.timeline == nil ? "chart " : "timechart ") + chart.explanation
        case .topValues(let top): top.explanation
        case .makeContinuous(let continuity):
            "makecontinuous " + QuotedText.name(continuity.field)
                + Binning.explanation(continuity.width, continuity.alignment)
        case .headWhile(let head): head.explanation
        case .tail(let count): "tail \(count)"
        case .reverse: "reverse"
        case .transaction(let rule): "transaction " + rule.explanation
        default: ""
        }
    }
}

private func calls(_ functions: [AggregateCall]) -> String {
    functions.map { call in
        let name = call.function.name
        let shown = call.field.map { "\(name)(\(QuotedText.name($0)))" } ?? name
        return shown == call.column ? shown : shown + " AS " + QuotedText.name(call.column)
    }.joined(separator: ", ")
}

private func quoted(_ text: String) -> String { QuotedText.string(Array(text.utf8)) }

extension Binning {
    fileprivate var explanation: String {
        let alias = column == field ? "" : " AS " + QuotedText.name(column)
        return "bin " + QuotedText.name(field) + Self.explanation(width, alignment) + alias
    }

    fileprivate static func explanation(_ width: Width, _ alignment: String?) -> String {
        var text: String
        switch width {
        case .span(let span): text = " span=" + TimeSpan.text(span)
        case .count(let count, let minimum, let start, let end):
            text = " bins=\(count)"
            if let minimum { text += " minspan=" + TimeSpan.text(minimum) }
            if let start { text += " start=" + TimeSpan.text(.number(start)) }
            if let end { text += " end=" + TimeSpan.text(.number(end)) }
        }
        if let alignment { text += " aligntime=" + quoted(alignment) }
        return text
    }
}

extension RowStatistics {
    fileprivate var explanation: String {
        (wantsNumbersOnly ? "allnum=true " : "") + calls(functions)
            + (keys.isEmpty ? "" : " by " + QuotedText.names(keys))
    }
}

extension RunningStatistics {
    fileprivate var explanation: String {
        var text = ""
        if !includesCurrent { text += "current=false " }
        if window > 0 { text += "window=\(window) " }
        if !isGlobal { text += "global=false " }
        if let timeWindow { text += "time_window=" + Span.text(timeWindow) + " " }
        if resetsOnChange { text += "reset_on_change=true " }
        if let resetBefore { text += "reset_before=(" + resetBefore.searchText + ") " }
        if let resetAfter { text += "reset_after=(" + resetAfter.searchText + ") " }
        return text + statistics.explanation
    }
}

extension HeadCondition {
    fileprivate var explanation: String {
        var text = "head (" + condition.searchText + ")"
        if let limit { text += " limit=\(limit)" }
        if nullContinues { text += " null=true" }
        if keepsLast { text += " keeplast=true" }
        return text
    }
}

extension TopValues {
    fileprivate var explanation: String {
        var text = (isRare ? "rare" : "top") + " limit=\(limit)"
        if !showsCount { text += " showcount=false" }
        if let percentColumn {
            if percentColumn != "percent" { text += " percentfield=" + QuotedText.name(percentColumn) }
        } else {
            text += " showperc=false"
        }
        if countColumn != "count" { text += " countfield=" + QuotedText.name(countColumn) }
        if let other { text += " useother=true otherstr=" + quoted(other) }
        return text + " " + QuotedText.names(fields) + (keys.isEmpty ? "" : " by " + QuotedText.names(keys))
    }
}

extension Chart {
    fileprivate var explanation: String {
        var text = calls(cells) + " over " + QuotedText.name(rows)
        if let timeline {
            if let span = timeline.span { text += " span=" + TimeSpan.text(span) }
            if !timeline.isContinuous { text += " cont=false" }
            if timeline.exactColumn != nil { text += " partial=false" }
        }
        guard let series else { return text }
        text += " by " + QuotedText.name(series)
        text += selection.other.map { " otherstr=" + quoted($0) } ?? " useother=false"
        text += nullSeries.map { " nullstr=" + quoted($0) } ?? " usenull=false"
        return text + " where " + selection.score.rawValue + " " + selection.test.explanation
    }
}

extension Chart.SeriesSelection.Test {
    fileprivate var explanation: String {
        switch self {
        case .all: "in top0"
        case .ranked(let count, let isHighest, let isInverted):
            (isInverted ? "notin " : "in ") + (isHighest ? "top" : "bottom") + "\(count)"
        case .above(let bound): "> " + TimeSpan.text(.number(bound))
        case .below(let bound): "< " + TimeSpan.text(.number(bound))
        }
    }
}

extension TransactionRule {
    fileprivate var explanation: String {
        var text = QuotedText.names(fields)
        if let maximumSpan { text += " maxspan=" + Span.text(maximumSpan) }
        if let maximumPause { text += " maxpause=" + Span.text(maximumPause) }
        text += " maxevents=" + (maximumEvents == 0 ? "-1" : "\(maximumEvents)")
        if let start { text += " startswith=" + start.explanation }
        if let end { text += " endswith=" + end.explanation }
        if !isConnected { text += " connected=false" }
        if let unifiesEnds { text += " unifyends=\(unifiesEnds)" }
        if keepsEvicted { text += " keepevicted=true" }
        if keepsOrphans { text += " keeporphans=true" }
        switch lists {
        case .none: break
        case .all: text += " mvlist=true"
        case .fields(let names): text += " mvlist=(" + QuotedText.names(names) + ")"
        }
        if keepsRawApart { text += " mvraw=true" }
        if let maximumOpen { text += " maxopentxn=\(maximumOpen)" }
        if let maximumOpenEvents { text += " maxopenevents=\(maximumOpenEvents)" }
        return text
    }
}

extension TransactionRule.Condition {
    fileprivate var explanation: String {
        switch self {
        case .search(let predicate): "(" + predicate.searchText + ")"
        case .expression(let expression): "eval(" + expression.searchText + ")"
        }
    }
}
