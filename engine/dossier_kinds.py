"""Which parts the dossiers of each kind have, as data: the record itself knows nothing of them.

Parts of a ranking or a one-stop case are named by the rules or the configured procedure it is opened under.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from engine.dossiers import DossierKind, PartRule

COVER: Final = "to_trinh"
"""The part that is filled with the signed covering document when the dossier is submitted."""

NTM_PARTS: Final[Sequence[PartRule]] = (
    PartRule(code=COVER, name="Tờ trình của Ủy ban nhân dân xã"),
    PartRule(code="bao_cao", name="Báo cáo kết quả thực hiện, biểu chi tiết từng tiêu chí"),
    PartRule(code="y_kien", name="Báo cáo tổng hợp ý kiến tham gia của tổ chức, nhân dân"),
    PartRule(code="bien_ban", name="Biên bản cuộc họp đề nghị xét, công nhận"),
    PartRule(code="no_dong", name="Báo cáo tình hình nợ đọng xây dựng cơ bản"),
    PartRule(code="hai_long", name="Kết quả lấy ý kiến về sự hài lòng của người dân"),
    PartRule(code="hinh_anh", name="Hình ảnh minh họa kết quả", required=False, photos=True),
    PartRule(code="an_ninh", name="Xác nhận đạt tiêu chuẩn “An toàn về an ninh, trật tự”"),
)
"""What a commune submits to the province for recognition.

Source: QĐ 18/2022/QĐ-TTg as amended by QĐ 03/2024/QĐ-TTg, as far as known from practice: domain rules, 5.4 (which
parts are required is from memory, of medium certainty).
"""

PARTS: Final[Mapping[DossierKind, Sequence[PartRule]]] = {DossierKind.NTM: NTM_PARTS}
"""The kinds whose dossiers an office opens by itself."""
