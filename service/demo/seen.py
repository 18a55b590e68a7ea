"""Sentences of demo citizens by kind of report, so that words, kind and picture are of the same thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SEEN: Mapping[str, Sequence[str]] = {
    "litter": ("Rác sinh hoạt chất thành đống ở bãi đất trống cạnh chợ",),
    "litter.bin_overflow": (
        "Thùng rác công cộng đầy tràn từ hôm qua, chó bới tung ra đường",
        "Thùng rác trước cổng trường đầy, mùi rất khó chịu",
    ),
    "litter.uncollected": (
        "Đống rác trước cổng trường ba hôm nay chưa ai dọn, mùi rất khó chịu",
        "Xe lấy rác bỏ qua kiệt này hai bữa liền",
    ),
    "litter.dump": (
        "Đồ gỗ hư, ghế sô pha vứt chắn hết lối vào kiệt",
        "Rác sinh hoạt chất thành đống ở bãi đất trống cạnh chợ",
        "Đêm nào cũng có người chở rác tới đổ trộm ở góc này",
    ),
    "litter.construction": (
        "Bao tải xà bần đổ tràn ra lề đường, xe máy phải tránh ra giữa",
        "Gạch vỡ, bê tông vụn đổ đống trên vỉa hè sau khi sửa nhà",
    ),
    "litter.water": (
        "Chai nhựa, bao ni lông trôi dày mặt hói",
        "Ly nhựa với hộp xốp nổi đầy bờ sông sau đêm chợ phiên",
    ),
    "litter.dead_animal": ("Có xác con chó chết bên lề đường, bốc mùi rồi", "Xác heo chết nổi ở bờ kênh"),
    "litter.burning": (
        "Người ta đốt rác ngay trong xóm, khói bay vào nhà có trẻ nhỏ",
        "Chiều nào cũng đốt rác ở bãi đất trống, khói mù mịt",
    ),
    "illegal_ad": ("Tường rào trường học bị phun sơn số điện thoại",),
    "illegal_ad.loan": (
        "Tờ rơi cho vay tiền dán kín cột điện, gỡ rồi lại dán",
        "Cột điện trước nhà bị dán kín quảng cáo cho vay không thế chấp",
    ),
    "illegal_ad.services": (
        "Cột điện trước nhà đầy số điện thoại khoan cắt bê tông",
        "Giấy quảng cáo hút hầm cầu dán chồng lên nhau trên cột",
    ),
    "illegal_ad.property": (
        "Giấy rao bán đất dán khắp các cột điện trong phường",
        "Tờ cho thuê nhà trọ dán kín cột, rách bay đầy đường",
    ),
    "illegal_ad.job": (
        "Giấy tuyển dụng việc nhẹ lương cao dán khắp bến xe",
        "Tờ rơi tuyển người đi làm xa dán kín cột điện",
    ),
    "illegal_ad.banner": (
        "Băng rôn khai trương giăng ngang đường, gió thổi bung một đầu",
        "Băng rôn quảng cáo treo từ tháng trước chưa ai gỡ",
    ),
    "illegal_ad.offensive": ("Hình vẽ bậy trên tường ngay lối học sinh đi",),
    "hanging_cable": ("Một mớ dây nhùng nhằng trên cột",),
    "hanging_cable.low": (
        "Bó cáp viễn thông sà xuống ngang đầu người đi xe máy",
        "Dây treo thấp quá, xe chở hàng vướng suýt ngã",
        "Cáp võng xuống chạm mái hiên nhà dân, xe tải qua là kéo theo",
    ),
    "hanging_cable.broken": (
        "Sau trận mưa hôm qua dây cáp đứt nằm ngang đường, không biết có điện không",
        "Dây cáp đứt một đầu, lòng thòng giữa đường",
    ),
    "hanging_cable.tangle": (
        "Một mớ dây nhùng nhằng trên cột, có sợi thòng xuống vỉa hè",
        "Cáp cũ bỏ không cuộn từng bó trên cột, nhìn rất rối mắt",
    ),
    "hanging_cable.box": (
        "Hộp cáp bung nắp, dây lòng thòng ngay chỗ học sinh đứng chờ",
        "Tủ cáp mất cửa, mưa tạt vào trong",
    ),
    "hanging_cable.pole": (
        "Trụ cáp nghiêng hẳn về phía đường sau khi xe tải quẹt",
        "Cột viễn thông nghiêng, chân cột nứt",
    ),
    "blocked_drain": (
        "Miệng cống bị rác bịt kín, nước thối đọng cả tuần",
        "Cống nghẹt, mưa nhỏ là nước đọng trước nhà",
    ),
    "blocked_drain.flooding": (
        "Đường thành sông sau mỗi trận mưa, nhờ nạo vét giúp bà con",
        "Mưa một tiếng là nước ngập tới yên xe",
    ),
    "blocked_drain.cover": (
        "Nắp hố ga bể, tối đi rất nguy hiểm",
        "Mất nắp hố ga giữa đường, dân phải cắm cành cây cho xe tránh",
    ),
    "fallen_tree": ("Cây xanh đổ chắn nửa đường sau giông",),
    "fallen_tree.fallen": (
        "Cây xanh đổ chắn nửa đường sau giông",
        "Cây lớn bật gốc nằm ngang đường, xe không qua được",
    ),
    "fallen_tree.leaning": (
        "Cây nghiêng hẳn ra đường, gió lớn là nguy",
        "Gốc cây nứt, cả cây ngả về phía lòng đường",
    ),
    "fallen_tree.branch": (
        "Nhánh phượng gãy rơi xuống lối vào trường mẫu giáo",
        "Cành lớn gãy sau mưa, nằm trên lòng đường",
    ),
    "pollution.wastewater": (
        "Nước thải đen chảy thẳng ra hói, cá chết nổi trắng",
        "Cống xả nước đen ra sông, đi ngang phải bịt mũi",
    ),
    "pollution.air": ("Xưởng gỗ phun sơn cả ngày, mùi hắc không chịu nổi", "Lò gạch nhả khói vào khu dân cư"),
    "pollution.noise": (
        "Quán karaoke mở loa tới nửa đêm, cả xóm mất ngủ",
        "Công trình đóng cọc từ bốn giờ sáng",
    ),
    "food_hygiene.eating_place": (
        "Quán ăn rửa chén ngay miệng cống, nhờ kiểm tra",
        "Ăn ở quán này xong cả nhà bị đau bụng",
    ),
    "food_hygiene.processed": (
        "Cơ sở làm chả không có bảng tên, nhà xưởng rất bẩn",
        "Bánh đóng gói không ghi hạn dùng",
    ),
    "food_hygiene.fresh": (
        "Bán thịt để dưới đất không che đậy gì ở chợ chiều",
        "Cá ươn bán ở chợ, mùi rất lạ",
    ),
    "illegal_construction.permit": (
        "Cơi nới tầng thượng không thấy bảng phép xây dựng",
        "Nhà xây ba tầng mà không treo giấy phép",
    ),
    "illegal_construction.encroachment": (
        "Nhà đang xây lấn ra kiệt hơn nửa mét",
        "Móng nhà mới lấn ra vỉa hè",
    ),
    "illegal_construction.unsafe_site": (
        "Công trình không che chắn, gạch rơi xuống đường",
        "Giàn giáo dựng sát lề, không có lưới che",
    ),
    "pavement_order.occupied": (
        "Hàng quán bày hết vỉa hè, người đi bộ phải xuống lòng đường",
        "Quán nhậu kê bàn ra tận mép đường lúc tan tầm",
    ),
    "pavement_order.parking": (
        "Xe hơi đậu trên vỉa hè cả ngày, không còn lối đi",
        "Ô tô đậu chắn lối vào kiệt, gọi chủ xe không được",
    ),
    "pavement_order.road_damage": (
        "Ổ gà giữa đường, mưa xuống không thấy, hai người té rồi",
        "Mặt đường sụt một đoạn dài, xe máy phải tránh ra giữa",
    ),
    "pavement_order.signal": (
        "Đèn tín hiệu ở ngã tư tắt từ sáng, xe cộ chen nhau",
        "Đèn xanh đèn đỏ không sáng, giờ tan trường rất lộn xộn",
    ),
    "street_light": ("Đèn đường tắt cả dãy ba đêm nay",),
    "street_light.dark": (
        "Đèn đường tắt cả dãy ba đêm nay, con gái đi học về rất sợ",
        "Bóng đèn trước nhà tắt đã một tuần, kiệt tối om",
    ),
    "street_light.daytime": ("Đèn sáng cả ban ngày, lãng phí quá", "Trưa nắng mà đèn đường vẫn sáng"),
    "street_light.damaged": (
        "Trụ đèn nghiêng, chụp đèn rơi xuống lủng lẳng",
        "Xe tải quẹt làm trụ đèn cong hẳn ra đường",
    ),
}
"""By the code of the kind, or of the one above it."""

ANYTHING = ("Chỗ này xuống cấp lâu rồi mà chưa thấy ai tới xem", "Nhờ đơn vị chức năng kiểm tra giúp")
