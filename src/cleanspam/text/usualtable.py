"""USUAL has characters that any text holds, folded: particles, the commonest ones of prose old and new, and surnames."""

USUAL = (
    "一是人了不在有大中国和为这上他个地年来我会以到时要出的生说道家子也成行下于们后就发自之对得长可过天作分方用着能里公经都而高门日事去心小同前其军还然所如好外与当文三山水明从平又制南西没此将名东者月间无安看见十相已通意使次二"
    "因数入并石老知任江及元金先或王四首马太别少流命至书州程今张师再题五白风光百黄记花何阳史官即台林游举言求德非李感持士思亲朝周深属往许观八复远示语纪且未居除初龙客甚曾请罗余兴虽置六故胜杨范九致陆七苏章适陈留云绝刘酒闻继夏田久"
    "春尚夜既胡叶句岁守孙吴某朱宋兄归钟登伯季蒙诗陵追唐旧怀雷雨诸罢谢岩秋兼丁袁赵访予徐韦寺梁韩秦幸奉谓呈欲郭亦曰篇佳伏曹叹郎董乃冬皆魏杜侍叔郑邓陶蒋氏寄寿顷赴赋熊沈侯偶卢贾遂孟汪彭吕冯舟仲蔡姚酬萧卿韵谭尹姜矣潘薛崔焉邹廖辄"
)
# Of any 45 characters of noise (RUN of noise.py) so many at most are usual ones: random ones of the commonest 2,000 have 7, and
# 12 in one run of 100. Titles of old poems, which come nearest, have 17, and rows of names as many. And so many are different:
# of titles of laws, which have as few usual ones, one in six.
MOST_USUAL, LEAST_DIFFERENT = 12, 42
