/// Which columns stand side by side, and how wide each is.
struct TableLayout {
    /// Columns between two columns.
    static let gap = 2

    struct Column {
        var index: Int
        var width: Int
        var isRightAligned: Bool
    }

    let columns: [Column]
    /// Columns that hold the same in every row and are told once, since they did not fit; by their index.
    let commons: [Int]

    /// A key column is cut only where it is wider than this.
    private static let keyWidth = 40
    /// What is left of a value that is cut must still say something, else records read better.
    private static let leastWidth = 20

    /// `nil` where the columns would have to be cut beyond recognition.
    init?(columns: [TextTable.Column], measures: [ColumnMeasure], rowCount: Int, width: Int) {
        var shown = Array(columns.indices)
        if let widths = Self.widths(of: shown, columns, measures, width) {
            self.init(shown, widths, columns, measures, commons: [])
            return
        }
        guard rowCount > 1 else { return nil }
        let commons = shown.filter { measures[$0].common != nil && columns[$0].priority == .detail }
        shown.removeAll { commons.contains($0) }
        guard !shown.isEmpty, let widths = Self.widths(of: shown, columns, measures, width) else { return nil }
        self.init(shown, widths, columns, measures, commons: commons)
    }

    private init(
        _ shown: [Int], _ widths: [Int], _ columns: [TextTable.Column], _ measures: [ColumnMeasure], commons: [Int]
    ) {
        self.commons = commons
        self.columns = zip(shown, widths).map { index, width in
            let isRight =
                switch columns[index].alignment {
                case .automatic: measures[index].isNumeric
                case .left: false
                case .right: true
                }
            return Column(index: index, width: width, isRightAligned: isRight)
        }
    }

    /// Every column gets what it needs, but the widest details share what is left evenly.
    private static func widths(
        of shown: [Int], _ columns: [TextTable.Column], _ measures: [ColumnMeasure], _ width: Int
    ) -> [Int]? {
        var room = width - gap * (shown.count - 1)
        var widths = shown.map { measures[$0].width }
        var details: [Int] = []
        for (place, index) in shown.enumerated() {
            let measure = measures[index]
            if measure.isNumeric || columns[index].content == .time {
                room -= widths[place]
            } else if columns[index].priority == .key {
                widths[place] = min(measure.width, keyWidth)
                room -= widths[place]
            } else {
                details.append(place)
            }
        }
        if room < 0 { return nil }
        // From the narrowest on, each takes what it needs up to an even share of what is left for it and the wider ones.
        details.sort { (widths[$0], $0) < (widths[$1], $1) }
        for (rank, place) in details.enumerated() {
            let share = room / (details.count - rank)
            if widths[place] > share {
                if share < leastWidth { return nil }
                widths[place] = share
            }
            room -= widths[place]
        }
        return widths
    }
}
